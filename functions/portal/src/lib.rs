//! Serves the pages and the OpenAPI document of the whole application.
