//! The typefaces: found in a folder, never part of the project (`models.toml` says where each comes from).

use anyhow::{Context as _, Result};
use std::path::Path;
use swash::{CacheKey, FontRef};

/// One typeface kept in memory.
pub struct Face {
    /// File name without folder.
    pub file: String,
    data: Vec<u8>,
    offset: u32,
    key: CacheKey,
}

impl Face {
    fn open(dir: &Path, file: &str) -> Result<Self> {
        let path = dir.join(file);
        let data = std::fs::read(&path)
            .with_context(|| format!("{} is missing: `cargo xtask models` fetches the fonts", path.display()))?;
        let (offset, key) = {
            let font = FontRef::from_index(&data, 0).with_context(|| format!("{} is not a font", path.display()))?;
            (font.offset, font.key)
        };
        Ok(Self { file: file.to_owned(), data, offset, key })
    }

    /// The view that the shaper and the rasteriser take.
    pub fn font(&self) -> FontRef<'_> {
        FontRef { data: &self.data, offset: self.offset, key: self.key }
    }

    /// Whether the face has a glyph for every character.
    pub fn covers(&self, text: &str) -> bool {
        let map = self.font().charmap();
        text.chars().all(|c| map.map(c) != 0)
    }
}

/// The faces by the part they play on a card.
pub struct Fonts {
    /// Gothic (hei) faces for labels and fields; the first one is the fallback.
    pub hei: Vec<Face>,
    /// The bold Song face of the back's title.
    pub title: Face,
    /// OCR-B, for the number.
    pub number: Face,
    /// Scripts of bilingual cards: Arabic, Yi, Hangul.
    pub scripts: [Face; 3],
}

impl Fonts {
    /// Reads every face from `dir`; the error names the first one that is missing.
    pub fn open(dir: &Path) -> Result<Self> {
        let hei = ["NotoSansSC_400Regular.ttf", "NotoSansSC_500Medium.ttf", "wqy-microhei.ttc", "wqy-zenhei.ttc"];
        Ok(Self {
            hei: hei.iter().map(|file| Face::open(dir, file)).collect::<Result<_>>()?,
            title: Face::open(dir, "NotoSerifSC_700Bold.ttf")?,
            number: Face::open(dir, "OCRB.otf")?,
            scripts: [
                Face::open(dir, "NotoNaskhArabic_400Regular.ttf")?,
                Face::open(dir, "NuosuSIL-Regular.ttf")?,
                Face::open(dir, "NotoSansKR_400Regular.ttf")?,
            ],
        })
    }

    /// `hei[preferred]` when it has all of `text`, else the first face that has.
    pub fn hei_for(&self, preferred: usize, text: &str) -> Option<&Face> {
        self.hei.get(preferred).into_iter().chain(&self.hei).find(|face| face.covers(text))
    }
}
