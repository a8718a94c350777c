//! Replies as the interface has them: one flat list, as in Spin.

use crate::bindings::redis::{Error, RedisResult};
use redis::Value;

/// Lays a reply out depth first; an empty list leaves nothing.
///
/// # Errors
/// An error inside a reply, and what only a later protocol than RESP2 has without being a list:
/// maps, attributes, verbatim strings, pushes.
pub fn flatten(value: Value) -> Result<Vec<RedisResult>, Error> {
    let mut flat = Vec::new();
    append(&mut flat, value)?;
    Ok(flat)
}

/// The parser ends at a hundred levels, so this may recurse.
fn append(flat: &mut Vec<RedisResult>, value: Value) -> Result<(), Error> {
    flat.push(match value {
        Value::Array(values) | Value::Set(values) => {
            return values.into_iter().try_for_each(|value| append(flat, value));
        }
        Value::Nil => RedisResult::Nil,
        Value::Okay => RedisResult::Status("OK".to_owned()),
        Value::SimpleString(text) => RedisResult::Status(text),
        Value::Int(number) => RedisResult::Int64(number),
        Value::Boolean(truth) => RedisResult::Int64(truth.into()),
        Value::BulkString(bytes) | Value::BigNumber(bytes) => RedisResult::Binary(bytes),
        Value::Double(number) => RedisResult::Binary(number.to_string().into_bytes()),
        Value::ServerError(error) => return Err(Error::Other(error.to_string())),
        _ => return Err(Error::Other("this kind of reply has no place in a list: use RESP2".to_owned())),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(wire: &str) -> Result<String, String> {
        match flatten(redis::parse_redis_value(wire.as_bytes()).unwrap()) {
            Ok(flat) => Ok(flat.iter().map(|result| format!("{result:?} ")).collect()),
            Err(error) => Err(format!("{error:?}")),
        }
    }

    #[test]
    fn lists_are_laid_out_depth_first() {
        let wire = "*4\r\n*2\r\n+OK\r\n*1\r\n:7\r\n*0\r\n$-1\r\n$2\r\nab\r\n";
        let flat = "RedisResult::Status(\"OK\") RedisResult::Int64(7) RedisResult::Nil RedisResult::Binary([97, 98]) ";
        assert_eq!(read(wire).unwrap(), flat);
        assert_eq!(read("*-1\r\n").unwrap(), "RedisResult::Nil ");
    }

    #[test]
    fn an_error_within_is_the_error() {
        assert!(read("*2\r\n+OK\r\n-WRONGTYPE not a list\r\n").unwrap_err().contains("not a list"));
        assert!(read("%1\r\n+a\r\n:1\r\n").unwrap_err().contains("RESP2"));
    }
}
