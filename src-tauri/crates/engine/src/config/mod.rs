//! The configuration file: intent only, readable, edited without losing comments.
