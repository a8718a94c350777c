//! Reads resident identity cards over HTTP.
