//! Status codes that carriers put into receipts; vendors pass them on unchanged.
//!
//! The seven words are those of CMPP, SMGP and SMPP 3.4 (`stat` of a delivery receipt); the others are the carriers'
//! own, as the vendors publish them. A carrier's blacklist holds who complained or declined, hence `opted out`.

use crate::codes::Reasons;
use crate::message::Reason::{BadNumber, Intercepted, Limit, OptedOut, Other, Unreachable};

/// On the phone.
pub const DELIVERED: &str = "DELIVRD";
/// At the carrier, not on the phone yet.
pub const ACCEPTED: &str = "ACCEPTD";

/// Why it did not get there.
pub const REASONS: Reasons = &[
    ("EXPIRED", Unreachable),
    ("UNDELIV*", Unreachable),
    ("DELETED", Other),
    ("REJECTD", Other),
    ("UNKNOWN", Other),
    // No such number, or the exchange does not know it.
    ("MK:0000", BadNumber),
    ("MK:0001", BadNumber),
    ("MK:0005", BadNumber),
    ("MK:0012", BadNumber),
    ("MK00001", BadNumber),
    // A carrier's blacklist.
    ("BLACK", OptedOut),
    ("MBBLACK", OptedOut),
    ("TSBLACK", OptedOut),
    ("HD:0001", OptedOut),
    ("DB:0140", OptedOut),
    ("DB:0141", OptedOut),
    ("DB:0144", OptedOut),
    ("MB:1077", OptedOut),
    ("MX:0012", OptedOut),
    ("SME13", OptedOut),
    ("TD:19", OptedOut),
    ("XA:0139", OptedOut),
    // Too much in a day.
    ("DB:0142", Limit),
    ("DB:0143", Limit),
    ("DISTURB", Limit),
    ("MX:0003", Limit),
    ("TE:0003", Limit),
    ("XA:0100", Limit),
    // Words.
    ("KEYWORD", Intercepted),
    ("DB00141", Intercepted),
    ("DJ:0255", Intercepted),
    ("ID:0076", Intercepted),
    ("SC:0001", Intercepted),
    ("TE:0014", Intercepted),
    ("XA:0001", Intercepted),
    ("XZ:0000", Intercepted),
    // Whatever else these exchanges say: switched off, out of service, out of reach.
    ("MI:*", Unreachable),
    ("MK:*", Unreachable),
    ("MN:*", Unreachable),
    ("LT:0001", Unreachable),
];

#[cfg(test)]
mod tests {
    use crate::codes::failed;
    use crate::message::{Fate, Reason};

    #[test]
    fn the_particular_comes_before_the_general() {
        let reason = |code| match failed(&[], code, "") {
            Fate::Failed(rejection) => rejection.reason,
            fate => panic!("{fate:?}"),
        };
        assert_eq!(reason("MK:0001"), Reason::BadNumber);
        assert_eq!(reason("MK:0004"), Reason::Unreachable);
        assert_eq!(reason("UNDELIVRD"), Reason::Unreachable);
        assert_eq!(reason("DB:0141"), Reason::OptedOut);
        assert_eq!(reason("XY:9999"), Reason::Other);
    }
}
