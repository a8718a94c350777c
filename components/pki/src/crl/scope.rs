//! Which certificates a list is for (issuingDistributionPoint: RFC 5280, 5.2.5 and 6.3.3 b).

use crate::certificate::Certificate;
use crate::extensions::Rights;
use crate::oid;
use der::Decode;
use x509_cert::ext::pkix::crl::CrlDistributionPoints;
use x509_cert::ext::pkix::crl::dp::IssuingDistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope(IssuingDistributionPoint);

impl Scope {
    pub fn from_der(der: &[u8]) -> der::Result<Self> {
        IssuingDistributionPoint::from_der(der).map(Self)
    }

    /// Whether the list tells of this certificate for every reason.
    pub fn covers(&self, certificate: &Certificate) -> bool {
        let Self(point) = self;
        let Some(rights) = Rights::of(certificate) else { return false };
        let another_kind = point.indirect_crl
            || point.only_contains_attribute_certs
            || point.only_some_reasons.is_some()
            || (point.only_contains_user_certs && rights.constraints.ca)
            || (point.only_contains_ca_certs && !rights.constraints.ca);
        // Large authorities cut their list in parts; the certificate says in which part it would be.
        !another_kind
            && match &point.distribution_point {
                None => true,
                Some(DistributionPointName::FullName(names)) => {
                    named(certificate).iter().any(|name| names.contains(name))
                }
                Some(DistributionPointName::NameRelativeToCRLIssuer(_)) => false,
            }
    }
}

/// The names of the lists in which the certificate would be, if it were revoked.
fn named(certificate: &Certificate) -> Vec<GeneralName> {
    let mut extensions = certificate.extensions().iter();
    let points = extensions
        .find(|e| e.extn_id == oid::CRL_DISTRIBUTION_POINTS)
        .and_then(|e| CrlDistributionPoints::from_der(e.extn_value.as_bytes()).ok());
    let names = points.into_iter().flat_map(|points| points.0).filter(|point| point.reasons.is_none());
    names
        .filter_map(|point| match point.distribution_point? {
            DistributionPointName::FullName(names) => Some(names),
            DistributionPointName::NameRelativeToCRLIssuer(_) => None,
        })
        .flatten()
        .collect()
}
