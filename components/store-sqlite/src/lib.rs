//! The yunzhen:store interface on Spin's SQLite.
