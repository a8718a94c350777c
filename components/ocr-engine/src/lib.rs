//! Finds and reads a resident identity card in a photograph.
