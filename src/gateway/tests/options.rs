//! The operator's options.

use super::*;

#[test]
fn option_that_is_wrong_says_what_to_do() {
    for wrong in [
        r#""microsite":"a""#,
        r#""perAddress":5"#,
        r#""perAddress":-1"#,
        r#""requestsPerMinute":0"#,
        r#""staffReserve":200"#,
        r#""publicUrl":"book.example""#,
        r#""publicUrl":"https://book.example/?x""#,
        r#""words":{"x":"y"}"#,
        r#""capabilitySeconds":0"#,
        r#""setupFreshSeconds":0"#,
    ] {
        let Err(error) = Config::read(&object(&format!(r#"{{"microsites":["a"],{wrong}}}"#)))
        else {
            panic!("taken: {wrong}")
        };
        assert!(error.starts_with("give ") || error.starts_with("use "), "{error}");
    }
    assert!(Config::read(&object("{}")).is_err());
}
