//! Replies of Redis as they come through Spin: nested lists are one flat list, so their shape must be known.
//!
//! `XREADGROUP` of one stream is its name and then, for entries with one field, triples of id, field and value;
//! `XAUTOCLAIM` is a cursor, the triples, and (since Redis 7) ids of entries that are gone.

pub use common::redis::Reply;

/// An entry of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id, e.g. `1700000000000-0`.
    pub id: String,
    /// The value of its only field, `message`; none when it has other fields.
    pub message: Option<Vec<u8>>,
}

const FIELD: &[u8] = b"message";

/// The entries of a reply to `XREADGROUP`; none when one of them is not of the one form.
#[must_use]
pub fn read(reply: &[Reply]) -> Option<Vec<Entry>> {
    match reply {
        [] | [Reply::Nil] => Some(Vec::new()),
        [_stream, triples @ ..] => entries(triples),
    }
}

/// The entries of a reply to `XAUTOCLAIM`; none when one of them is not of the one form.
#[must_use]
pub fn claimed(reply: &[Reply]) -> Option<Vec<Entry>> {
    let [_cursor, rest @ ..] = reply else { return Some(Vec::new()) };
    // The ids at the end are of entries that were deleted; Redis 6.2 tells them as nil.
    let gone = rest.iter().rev().take_while(|reply| id(reply).is_some()).count();
    let triples: Vec<_> = rest.iter().take(rest.len() - gone).filter(|reply| **reply != Reply::Nil).cloned().collect();
    entries(&triples)
}

/// The entry of a reply to `XREADGROUP` with `COUNT 1`; none when there is none.
#[must_use]
pub fn single(reply: &[Reply]) -> Option<Entry> {
    let [_stream, first, fields @ ..] = reply else { return None };
    let message = match fields {
        [field, Reply::Bytes(value)] if text(field) == Some(FIELD) => Some(value.clone()),
        _ => None,
    };
    Some(Entry { id: id(first)?, message })
}

fn entries(triples: &[Reply]) -> Option<Vec<Entry>> {
    let entry = |triple: &[Reply]| match triple {
        [first, field, Reply::Bytes(value)] if text(field) == Some(FIELD) => {
            Some(Entry { id: id(first)?, message: Some(value.clone()) })
        }
        _ => None,
    };
    triples.chunks(3).map(entry).collect()
}

fn id(reply: &Reply) -> Option<String> {
    let id = std::str::from_utf8(text(reply)?).ok()?;
    let (time, n) = id.split_once('-')?;
    let digits = |text: &str| (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    (digits(time) && digits(n)).then(|| id.to_owned())
}

fn text(reply: &Reply) -> Option<&[u8]> {
    match reply {
        Reply::Bytes(bytes) => Some(bytes),
        Reply::Status(text) => Some(text.as_bytes()),
        Reply::Nil | Reply::Integer(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(words: &[&str]) -> Vec<Reply> {
        words.iter().map(|word| Reply::Bytes(word.as_bytes().to_vec())).collect()
    }

    fn ids(entries: Option<Vec<Entry>>) -> Vec<String> {
        entries.unwrap().into_iter().map(|entry| entry.id).collect()
    }

    #[test]
    fn triples_follow_the_name() {
        let reply = flat(&["s", "1-0", "message", "{}", "2-0", "message", "9-9"]);
        let entries = read(&reply).unwrap();
        assert_eq!(entries[1], Entry { id: "2-0".into(), message: Some(b"9-9".to_vec()) });
        assert_eq!(read(&[Reply::Nil]), Some(Vec::new()));
        assert_eq!(read(&flat(&["s"])), Some(Vec::new()));
    }

    #[test]
    fn what_is_not_triples_is_not_guessed_at() {
        for words in [
            &["s", "1-0", "message", "{}", "x", "y"][..],
            &["s", "1-0", "text", "{}"],
            &["s", "1-0", "message"],
            &["s", "x", "message", "{}"],
        ] {
            assert_eq!(read(&flat(words)), None, "{words:?}");
        }
        assert_eq!(read(&[flat(&["s", "1-0"]), vec![Reply::Nil]].concat()), None, "a deleted one");
    }

    #[test]
    fn ids_at_the_end_are_of_entries_that_are_gone() {
        assert_eq!(ids(claimed(&flat(&["0-0", "1-0", "message", "{}"]))), ["1-0"]);
        assert_eq!(ids(claimed(&flat(&["0-0", "1-0", "message", "{}", "3-0", "4-0"]))), ["1-0"]);
        assert_eq!(ids(claimed(&flat(&["0-0", "3-0"]))), [""; 0]);
        assert_eq!(ids(claimed(&flat(&["0-0"]))), [""; 0]);
        let mut old = flat(&["0-0", "1-0", "message", "{}"]);
        old.push(Reply::Nil);
        assert_eq!(ids(claimed(&old)), ["1-0"]);
        assert_eq!(claimed(&flat(&["0-0", "1-0", "a", "b", "c", "d"])), None);
    }

    #[test]
    fn a_single_one_has_any_fields() {
        let one = single(&flat(&["s", "1-0", "a", "b", "2-0", "message"])).unwrap();
        assert_eq!(one, Entry { id: "1-0".into(), message: None });
        assert_eq!(single(&flat(&["s", "1-0", "message", "{}"])).unwrap().message, Some(b"{}".to_vec()));
        let gone = [flat(&["s", "1-0"]), vec![Reply::Nil]].concat();
        assert_eq!(single(&gone), Some(Entry { id: "1-0".into(), message: None }));
        assert_eq!(single(&flat(&["s"])), None);
    }
}
