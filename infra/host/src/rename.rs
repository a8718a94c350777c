//! Gives imports of a component binary other names.
//!
//! Composition merges imports by the name of their interface; an import that must stay apart needs
//! a name of its own before it gets there.

use anyhow::{Context, Result};
use wasmparser::{Parser, Payload};

/// Renames the imports of a component for which `rename` gives a name; those of components nested
/// inside stay as they are.
///
/// # Errors
/// Bytes that are no component.
pub fn imports(bytes: &[u8], mut rename: impl FnMut(&str) -> Option<String>) -> Result<Vec<u8>> {
    const HEADER: usize = 8;
    let mut out = bytes.get(..HEADER).context("not a component")?.to_vec();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        if let Payload::End(_) = payload {
            depth -= 1;
        }
        let nested = matches!(payload, Payload::ModuleSection { .. } | Payload::ComponentSection { .. });
        if let Payload::Version { .. } = payload {
            depth += 1;
        }
        // The section of a nested component is met before its own header.
        if depth != 1 {
            continue;
        }
        let Some((id, range)) = payload.as_section() else { continue };
        let content = bytes.get(range.clone()).context("a section is cut off")?;
        out.push(id);
        match payload {
            Payload::ComponentImportSection(reader) if !nested => {
                let mut section = Vec::new();
                leb128(&mut section, reader.count() as usize);
                let items: Vec<_> = reader.into_iter_with_offsets().collect::<Result<_, _>>()?;
                let ends = items.iter().skip(1).map(|(offset, _)| *offset).chain([range.end]);
                for ((start, import), end) in items.iter().zip(ends) {
                    let item = bytes.get(*start..end).context("an import is cut off")?;
                    let old = import.name.name;
                    put(&mut section, item, old, rename(old).as_deref().unwrap_or(old))?;
                }
                leb128(&mut out, section.len());
                out.extend(section);
            }
            _ => {
                leb128(&mut out, content.len());
                out.extend(content);
            }
        }
    }
    Ok(out)
}

/// An import is a byte for the kind of its name, the name with its length, and a type.
fn put(section: &mut Vec<u8>, item: &[u8], old: &str, new: &str) -> Result<()> {
    let mut length = Vec::new();
    leb128(&mut length, old.len());
    let kind = item.first().context("an import is empty")?;
    let rest = item.get(1 + length.len() + old.len()..).context("an import is cut off")?;
    section.push(*kind);
    leb128(section, new.len());
    section.extend(new.as_bytes());
    section.extend(rest);
    Ok(())
}

fn leb128(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(component (import "a:b/c" (instance)) (component) (import "d" (func)))` or so, by hand.
    fn component() -> Vec<u8> {
        let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
        // An instance type without anything in it.
        bytes.extend([7, 3, 1, 0x42, 0]);
        let mut import = vec![1, 0, 5];
        import.extend(b"a:b/c");
        import.extend([5, 0]);
        bytes.extend([10, import.len() as u8]);
        bytes.extend(import);
        // A nested component, empty.
        bytes.extend([4, 8]);
        bytes.extend(b"\0asm\x0d\0\x01\0");
        bytes
    }

    fn names_of(bytes: &[u8]) -> Vec<String> {
        let sections = Parser::new(0).parse_all(bytes).map(Result::unwrap);
        let imports = sections.filter_map(|payload| match payload {
            Payload::ComponentImportSection(reader) => Some(reader),
            _ => None,
        });
        imports.flat_map(|reader| reader.into_iter().map(|import| import.unwrap().name.name.to_owned())).collect()
    }

    #[test]
    fn a_named_import_changes_and_the_rest_stays() {
        let rename = |name: &str| (name == "a:b/c").then(|| "denied:dependency1/a-b-c".to_owned());
        let renamed = imports(&component(), rename).unwrap();
        assert_eq!(names_of(&renamed), ["denied:dependency1/a-b-c"]);
        assert!(renamed.ends_with(b"\x04\x08\0asm\x0d\0\x01\0"), "the nested component is the same");
        assert_eq!(imports(&component(), |_| None).unwrap(), component());
    }

    #[test]
    fn what_is_no_component_is_an_error() {
        assert!(imports(b"\0as", |_| None).is_err());
        assert!(imports(b"\0asm\x0d\0\x01\0\x0a\x7f", |_| None).is_err());
    }
}
