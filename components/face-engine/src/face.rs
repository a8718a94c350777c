//! One face: aligned, embedded, its quality judged.

use picture::raster::Rgb;

use crate::geometry::{Point, Similarity};
use crate::nets::{EMBEDDING, NetError, Nets};
use crate::quality::{self, Quality};
use crate::warp::cut;
use crate::yunet::Detection;

/// Side of an aligned face.
pub const ALIGNED: usize = 112;
/// Where the five points lie in an aligned face (the template that SFace and ArcFace were trained on).
const TEMPLATE: [Point; 5] = [
    Point::new(38.2946, 51.6963),
    Point::new(73.5318, 51.5014),
    Point::new(56.0252, 71.7366),
    Point::new(41.5493, 92.3655),
    Point::new(70.7299, 92.2041),
];

/// A face in the pixels of its picture.
#[derive(Clone, Debug)]
pub struct Face {
    /// Where it is.
    pub found: Detection,
    /// How fit it is.
    pub quality: Quality,
    /// [`ALIGNED`] pixels wide and high, eyes and mouth in the template's places.
    pub aligned: Rgb,
}

impl Face {
    /// Cuts the face out and judges it; `None` when its points fall together.
    #[must_use]
    pub fn new(picture: &Rgb, found: Detection) -> Option<Self> {
        let map = Similarity::fit(&TEMPLATE, &found.points)?;
        let aligned = cut(picture, &map, ALIGNED)?;
        Some(Self { quality: quality::judge(picture, &found, &aligned), found, aligned })
    }

    /// What SFace makes of it (Zhong et al. 2021, "SFace: Sigmoid-Constrained Hypersphere Loss"), of length 1.
    ///
    /// # Errors
    /// Where the network fails.
    pub fn embedding(&self, nets: &Nets) -> Result<Embedding, NetError> {
        Ok(Embedding::new(nets.embed(&self.aligned)?))
    }

    /// The mean of its embedding with that of the mirror image, which evens out light and turn: persons stand further apart.
    ///
    /// # Errors
    /// Where the network fails.
    pub fn mean_with_mirror(&self, nets: &Nets, embedding: &Embedding) -> Result<Embedding, NetError> {
        let mirrored = Embedding::new(nets.embed(&self.aligned.mirrored())?);
        Ok(Embedding::new(embedding.0.iter().zip(mirrored.0).map(|(a, b)| a + b)))
    }
}

/// A face as a direction; the same person's point the same way.
#[derive(Clone, Debug)]
pub struct Embedding([f32; EMBEDDING]);

impl Embedding {
    /// From numbers, made of length 1; those that are missing are 0.
    #[must_use]
    pub fn new(raw: impl IntoIterator<Item = f32>) -> Self {
        let mut unit = [0.; EMBEDDING];
        unit.iter_mut().zip(raw).for_each(|(to, x)| *to = x);
        let length = unit.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        unit.iter_mut().for_each(|x| *x /= length);
        Self(unit)
    }

    /// -1 to 1, larger is more alike.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }
}
