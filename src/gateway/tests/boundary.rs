//! The values that cross between the exchange and its driver in JavaScript, as serde writes and
//! reads them.

use super::*;

fn written(output: &Output) -> String {
    serde_json::to_string(output).unwrap()
}

#[test]
fn boundary_outputs_have_named_members() {
    let microsite = || "oak-and-salt".to_owned();
    for (output, expected) in [
        (Output::CheckStaff, r#"{"kind":"checkStaff"}"#),
        (Output::ReadBody, r#"{"kind":"readBody"}"#),
        (Output::Admit { token: Some("t".into()) }, r#"{"kind":"admit","token":"t"}"#),
        (Output::Admit { token: None }, r#"{"kind":"admit","token":null}"#),
        (
            Output::FetchSetup { microsite: microsite(), wait: true },
            r#"{"kind":"fetchSetup","microsite":"oak-and-salt","wait":true}"#,
        ),
        (
            Output::Claim { key: "k".into(), text: "t".into() },
            r#"{"kind":"claim","key":"k","text":"t"}"#,
        ),
        (
            Output::Store { key: "k".into(), text: None },
            r#"{"kind":"store","key":"k","text":null}"#,
        ),
    ] {
        assert_eq!(written(&output), expected);
    }
    // The record of a call stays in the module.
    let operation = Operation::Create { request: object(ANN) };
    let call = Output::Call { microsite: microsite(), operation, retry: false };
    assert_eq!(written(&call), r#"{"kind":"call"}"#);
}

#[test]
fn boundary_answers_keep_every_digit_of_a_setup_and_no_issue() {
    let view = object(r#"{"setup":{"CustomFields":[{"Id":9007199254740993}]}}"#);
    let reply = Reply {
        view: Some(view),
        body: None,
        ..Reply::issues(&[Issue::error(Code::Required, "Surname")])
    };
    assert_eq!(
        written(&Output::Answer(reply)),
        r#"{"kind":"answer","status":400,"headers":{"Content-Type":"application/json"},"body":null,"view":"{\"setup\":{\"CustomFields\":[{\"Id\":9007199254740993}]}}"}"#
    );
}

#[test]
fn boundary_inputs_are_read_by_their_names_and_nothing_else() {
    let read = |text: &str| serde_json::from_str::<Input>(text).ok();
    assert!(matches!(read(r#"{"kind":"start"}"#), Some(Input::Start)));
    assert!(matches!(
        read(r#"{"kind":"staffChecked","isStaff":true}"#),
        Some(Input::StaffChecked { is_staff: true })
    ));
    assert!(matches!(
        read(r#"{"kind":"noBody","status":413}"#),
        Some(Input::NoBody { status: 413 })
    ));
    assert!(matches!(read(r#"{"kind":"claimed"}"#), Some(Input::Claimed { found: None })));
    assert!(matches!(
        read(r#"{"kind":"admitted","isAdmitted":true}"#),
        Some(Input::Admitted { is_admitted: true })
    ));
    assert!(matches!(read(r#"{"kind":"setupFetched"}"#), Some(Input::SetupFetched)));
    assert!(matches!(read(r#"{"kind":"stored"}"#), Some(Input::Stored)));
    assert!(matches!(read(r#"{"kind":"failed"}"#), Some(Input::Failed)));
    for wrong in [
        r#"{"kind":"begin"}"#,
        r#"{"kind":"body"}"#,
        r#"{"kind":"called"}"#,
        r#"{"kind":"staffChecked"}"#,
        r#"{"kind":"staffChecked","isStaff":"yes"}"#,
        r#"{"kind":"staffChecked","isStaff":true,"role":"staff"}"#,
        r#"{"isStaff":true}"#,
        r#""start""#,
    ] {
        assert!(read(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn boundary_head_is_read_by_its_names_and_nothing_else() {
    let read = |text: &str| serde_json::from_str::<Head>(text).ok();
    let head = read(r#"{"method":"GET","path":"/","contentType":"text/plain","origin":null}"#);
    let head = head.unwrap();
    assert_eq!((head.method.as_str(), head.content_type.as_deref()), ("GET", Some("text/plain")));
    assert_eq!(head.origin, None);
    assert!(read(r#"{"method":"GET"}"#).is_none());
    assert!(read(r#"{"method":"GET","path":"/","content_type":"text/plain"}"#).is_none());
}
