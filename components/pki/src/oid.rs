//! Object identifiers of GM/T 0006, GB/T 35275, RFC 5280, RFC 5652, RFC 3161 and RFC 5816.

use const_oid::ObjectIdentifier as Oid;

/// id-ecPublicKey (RFC 5480).
pub const EC_PUBLIC_KEY: Oid = Oid::new_unwrap("1.2.840.10045.2.1");
/// SM2, as a curve and, in some certificates, as the algorithm of a key (GM/T 0006).
pub const SM2: Oid = Oid::new_unwrap("1.2.156.10197.1.301");
/// Signing with SM2 (GM/T 0006); names a signature in GB/T 35275.
pub const SM2_SIGN: Oid = Oid::new_unwrap("1.2.156.10197.1.301.1");
/// SM3 (GM/T 0006).
pub const SM3: Oid = Oid::new_unwrap("1.2.156.10197.1.401");
/// SM2 with SM3 (GM/T 0006).
pub const SM2_WITH_SM3: Oid = Oid::new_unwrap("1.2.156.10197.1.501");
/// SHA-256, read in timestamps but never believed.
pub const SHA256: Oid = Oid::new_unwrap("2.16.840.1.101.3.4.2.1");

/// data of GB/T 35275.
pub const GM_DATA: Oid = Oid::new_unwrap("1.2.156.10197.6.1.4.2.1");
/// signedData of GB/T 35275.
pub const GM_SIGNED_DATA: Oid = Oid::new_unwrap("1.2.156.10197.6.1.4.2.2");
/// id-data of RFC 5652.
pub const DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.1");
/// id-signedData of RFC 5652.
pub const SIGNED_DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.2");
/// id-ct-TSTInfo of RFC 3161.
pub const TST_INFO: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// id-contentType of RFC 5652, 11.1.
pub const CONTENT_TYPE: Oid = Oid::new_unwrap("1.2.840.113549.1.9.3");
/// id-messageDigest of RFC 5652, 11.2.
pub const MESSAGE_DIGEST: Oid = Oid::new_unwrap("1.2.840.113549.1.9.4");
/// id-signingTime of RFC 5652, 11.3.
pub const SIGNING_TIME: Oid = Oid::new_unwrap("1.2.840.113549.1.9.5");
/// id-aa-signingCertificateV2 of RFC 5035.
pub const SIGNING_CERTIFICATE_V2: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// id-aa-timeStampToken of RFC 3161, appendix A.
pub const TIME_STAMP_TOKEN: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.2.14");

/// countryName of X.520.
pub const COUNTRY: Oid = Oid::new_unwrap("2.5.4.6");
/// organizationName of X.520.
pub const ORGANIZATION: Oid = Oid::new_unwrap("2.5.4.10");
/// organizationalUnitName of X.520.
pub const ORGANIZATIONAL_UNIT: Oid = Oid::new_unwrap("2.5.4.11");
/// title of X.520.
pub const TITLE: Oid = Oid::new_unwrap("2.5.4.12");
/// commonName of X.520.
pub const COMMON_NAME: Oid = Oid::new_unwrap("2.5.4.3");
/// serialNumber of X.520: a number of the subject, not the certificate's.
pub const SERIAL_NUMBER: Oid = Oid::new_unwrap("2.5.4.5");
/// userId of RFC 4519.
pub const USER_ID: Oid = Oid::new_unwrap("0.9.2342.19200300.100.1.1");

/// basicConstraints of RFC 5280.
pub const BASIC_CONSTRAINTS: Oid = Oid::new_unwrap("2.5.29.19");
/// keyUsage of RFC 5280.
pub const KEY_USAGE: Oid = Oid::new_unwrap("2.5.29.15");
/// extKeyUsage of RFC 5280.
pub const EXTENDED_KEY_USAGE: Oid = Oid::new_unwrap("2.5.29.37");
/// subjectAltName of RFC 5280.
pub const SUBJECT_ALT_NAME: Oid = Oid::new_unwrap("2.5.29.17");
/// certificatePolicies of RFC 5280.
pub const CERTIFICATE_POLICIES: Oid = Oid::new_unwrap("2.5.29.32");
/// nameConstraints of RFC 5280.
pub const NAME_CONSTRAINTS: Oid = Oid::new_unwrap("2.5.29.30");
/// policyConstraints of RFC 5280.
pub const POLICY_CONSTRAINTS: Oid = Oid::new_unwrap("2.5.29.36");
/// cRLDistributionPoints of RFC 5280.
pub const CRL_DISTRIBUTION_POINTS: Oid = Oid::new_unwrap("2.5.29.31");
/// issuingDistributionPoint of RFC 5280.
pub const ISSUING_DISTRIBUTION_POINT: Oid = Oid::new_unwrap("2.5.29.28");
/// cRLNumber of RFC 5280.
pub const CRL_NUMBER: Oid = Oid::new_unwrap("2.5.29.20");
/// deltaCRLIndicator of RFC 5280.
pub const DELTA_CRL_INDICATOR: Oid = Oid::new_unwrap("2.5.29.27");
/// expiredCertsOnCRL of X.509.
pub const EXPIRED_CERTS_ON_CRL: Oid = Oid::new_unwrap("2.5.29.60");
/// cRLReason of RFC 5280.
pub const CRL_REASON: Oid = Oid::new_unwrap("2.5.29.21");
/// invalidityDate of RFC 5280.
pub const INVALIDITY_DATE: Oid = Oid::new_unwrap("2.5.29.24");

/// id-kp-timeStamping of RFC 5280.
pub const FOR_TIME_STAMPING: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.3.8");
/// Purposes of RFC 5280 that only machines have: serverAuth, codeSigning, timeStamping, OCSPSigning.
pub const FOR_MACHINES: [Oid; 4] = [
    Oid::new_unwrap("1.3.6.1.5.5.7.3.1"),
    Oid::new_unwrap("1.3.6.1.5.5.7.3.3"),
    FOR_TIME_STAMPING,
    Oid::new_unwrap("1.3.6.1.5.5.7.3.9"),
];
