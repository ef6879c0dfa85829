//! The table and its faces: what a change of a row changes.

use super::changed::with_rows;
use super::{
    DefaultValue, MOST, OPTIONS, OptionKind, Problem, Reader, Row, Taker, completed, masked,
    problems, rows, sentence, show,
};
use crate::gateway::config::Config;
use crate::json::{Json, Object};

/// What is planted in the place of every secret.
const SECRET: &str = "hunter2-hunter2-hunter2-hunter2-hunter2";

fn object(text: &str) -> Object {
    match Json::parse(text).unwrap() {
        Json::Object(object) => object,
        _ => panic!("not an object: {text}"),
    }
}

/// Options that are right, and more in their place or beside them.
fn with(more: &str) -> Object {
    let right = Object::new()
        .with("upstream", "https://api.example")
        .with("microsites", vec!["oak-and-salt"])
        .with("credentials", Object::new().with("username", SECRET).with("password", SECRET));
    let more = object(&["{", more, "}"].concat());
    more.iter().fold(right, |all, (name, value)| all.with(name, value.clone()))
}

fn text(value: &Json) -> String {
    let mut text = String::new();
    value.write(&mut text);
    text
}

#[track_caller]
fn check_says(more: &str, said: &[&str]) {
    let problems = problems(&with(more), Reader::JavaScript);
    let sentences: Vec<_> =
        problems.iter().map(|problem| format!("{} {}", problem.name(), problem.message)).collect();
    assert_eq!(sentences, said, "{more}");
}

#[test]
fn options_that_are_right_have_no_problem() {
    for more in [
        "",
        r#""origins":["https://oak.example"],"publicUrl":"https://book.example/dinerkit/""#,
        r#""perAddress":0,"staffReserve":0,"requestsPerMinute":3"#,
        r#""guestFields":{"add":["CustomerCodes"],"remove":["Company"]}"#,
        r#""names":{"mergePath":"Customers/Join"},"words":{"lang":"de","askText":""}"#,
        r##""pages":{"oak-and-salt":{"site":"https://oak.example","accent":"#0a6"}}"##,
        r#""staff":"function","clientAddress":"function","store":"object","locales":"object""#,
        r#""onEvent":"function","fetch":"function","allowHttpUpstream":false"#,
        r#""authentication":"token","encoding":"form","timeoutMs":1,"totalTimeoutMs":2147483647"#,
        r#""perAddress":null,"capabilityKeys":null,"guestFields":null"#,
        r#""shared":"object","sharedSecret":"hunter2-hunter2-hunter2-hunter2-hunter2","processes":4"#,
        r#""shared":"object","capabilityKeys":[{"id":"a","secret":"hunter2-hunter2-hunter2-hunter2-hunter2"}]"#,
        r#""sharedSecret":"hunter2-hunter2-hunter2-hunter2-hunter2","onShared":"function""#,
    ] {
        check_says(more, &[]);
    }
}

#[test]
fn problems_name_the_option_and_what_it_takes() {
    for (more, said) in [
        (r#""totalTimeoutMs":0"#, "totalTimeoutMs takes whole milliseconds above 0"),
        (r#""totalTimeoutMs":"1000""#, "totalTimeoutMs takes whole milliseconds above 0"),
        (r#""totalTimeoutMs":1.5"#, "totalTimeoutMs takes whole milliseconds above 0"),
        (
            r#""totalTimeoutMs":1e12"#,
            "totalTimeoutMs takes whole milliseconds above 0, 2147483647 at most",
        ),
        (
            r#""totalTimeoutMs":2147483648"#,
            "totalTimeoutMs takes whole milliseconds above 0, 2147483647 at most",
        ),
        (r#""setupStaleSeconds":-1"#, "setupStaleSeconds takes whole seconds, 0 or more"),
        (r#""perAddress":5"#, "perAddress takes 0, or 10 or more: a write takes 10"),
        (
            r#""staffReserve":198"#,
            "staffReserve takes 197 at most: guests need 3 requests for an edit",
        ),
        (
            r#""requestsPerMinute":2"#,
            "requestsPerMinute takes 3 or more: guests need as many for an edit",
        ),
        (r#""perAdress":1"#, "perAdress is not known: did you mean perAddress?"),
        (r#""listen":{}"#, "listen is not known"),
        ("\"a b\\nc\":1", r#"["a b\nc"] is not known"#),
        (r#""origins":"https://oak.example""#, "origins takes a list of texts"),
        (
            r#""origins":["https://oak.example","*"]"#,
            "origins[1] takes an origin as browsers send it: https://host, in lower case, without a path",
        ),
        (r#""microsites":[]"#, "microsites takes a list of one text or more"),
        (
            r#""microsites":["a",7]"#,
            "microsites[1] takes the name of a restaurant in the remote API",
        ),
        (
            r#""guestFields":{"add":["Department","Nose"]}"#,
            "guestFields.add[1] takes a name of docs/fields.md",
        ),
        (
            r#""guestFields":{"add":["IsVip"]}"#,
            "guestFields.add[0] takes no field for staff's notes or the record of a consent: no guest may write it",
        ),
        (
            r#""guestFields":{"remove":["Surname"]}"#,
            "guestFields.remove[0] takes no field that every record needs: Surname and Email",
        ),
        (r#""guestFields":{"adds":[]}"#, "guestFields.adds is not known: did you mean add?"),
        (r#""guestFields":[]"#, "guestFields takes an object of add, remove"),
        (r#""capabilityKeys":{}"#, "capabilityKeys takes a list: an object of id, secret each"),
        (
            r#""capabilitySeconds":31622401"#,
            "capabilitySeconds takes whole seconds from 1 to 31622400",
        ),
        (r#""capabilityKeys":[7]"#, "capabilityKeys[0] takes an object of id, secret"),
        (r#""names":{"mergeMethod":"DELETE"}"#, "names.mergeMethod takes POST or PUT"),
        (r#""names":{"mergepath":"x"}"#, "names.mergepath is not known: did you mean mergePath?"),
        (r#""words":{"doneTxt":"x"}"#, "words.doneTxt is not known: did you mean doneText?"),
        (r#""words":{"doneText":1}"#, "words.doneText takes a text"),
        (r#""pages":{"oak":{}}"#, "pages.oak is none of microsites: did you mean oak-and-salt?"),
        (
            r#""pages":{"oak-and-salt":1}"#,
            "pages.oak-and-salt takes an object of site, privacy, accent, onAccent, text, surface",
        ),
        (
            r#""pages":{"oak-and-salt":{"privacy":"http://oak.example"}}"#,
            "pages.oak-and-salt.privacy takes an https URL",
        ),
        (
            r#""pages":{"oak-and-salt":{"accent":"red"}}"#,
            "pages.oak-and-salt.accent takes a colour as #rgb or #rrggbb",
        ),
        (r#""authentication":"v3""#, r#"authentication takes "v2" or "token""#),
        (r#""staff":true"#, "staff takes a function"),
        (r#""store":"function""#, "store takes an object"),
        (
            r#""shared":"object without swap","sharedSecret":"hunter2-hunter2-hunter2-hunter2-hunter2""#,
            "shared takes an engine: an object with a function swap",
        ),
        (
            r#""shared":"object""#,
            "sharedSecret is missing: with shared it takes a random secret of at least 32 bytes: openssl rand -base64 32 (or give capabilityKeys)",
        ),
        (
            r#""shared":"object","store":"object","sharedSecret":"hunter2-hunter2-hunter2-hunter2-hunter2""#,
            "store goes without shared, which takes its place: leave one out",
        ),
        (
            r#""sharedSecret":"short""#,
            "sharedSecret takes a random secret of at least 32 bytes: openssl rand -base64 32",
        ),
        (r#""processes":0"#, "processes takes a whole number from 1 to 1000"),
        (r#""allowHttpUpstream":"yes""#, "allowHttpUpstream takes true or false"),
    ] {
        check_says(more, &[said]);
    }
}

#[test]
fn problems_of_the_commands_own_tables_are_named() {
    let at = |more: &str| {
        let found = problems(&with(more), Reader::Command);
        let said: Vec<_> =
            found.iter().map(|problem| format!("{} {}", problem.name(), problem.message)).collect();
        said.join("; ")
    };
    for (more, said) in [
        (r#""metrics":{"port":9464}"#, ""),
        (&format!(r#""metrics":{{"token":"{SECRET}"}}"#), ""),
        (
            &format!(
                r#""metrics":{{"token":"{SECRET}","port":0,"host":"::"}},"listen":{{"port":0}}"#
            ),
            "",
        ),
        (r#""metrics":{}"#, "metrics needs port, for a port of its own, or token, or both"),
        (
            &format!(r#""metrics":{{"token":"{SECRET}","host":"::"}}"#),
            "metrics.host goes with metrics.port: give that, or leave it out",
        ),
        (r#""metrics":{"port":8080}"#, "metrics.port takes another port than listen.port"),
        (r#""metrics":{"port":70000}"#, "metrics.port takes a whole number from 0 to 65535"),
        (
            r#""metrics":{"token":"hunter2"}"#,
            "metrics.token takes a random secret of at least 32 bytes: openssl rand -base64 32",
        ),
        (r#""metrics":9464"#, "metrics takes a table of port, host, token"),
        (&format!(r#""shared":{{"url":"redis://10.0.0.7"}},"sharedSecret":"{SECRET}""#), ""),
        (
            &format!(r#""shared":{{"url":"http://hunter2@10.0.0.7"}},"sharedSecret":"{SECRET}""#),
            "shared.url takes the URL of an engine: redis://, rediss:// or postgres:// with user, password, host and port",
        ),
        (
            &format!(r#""shared":{{}},"sharedSecret":"{SECRET}""#),
            "shared.url is missing: it takes the URL of an engine: redis://, rediss:// or postgres:// with user, password, host and port",
        ),
    ] {
        assert_eq!(at(more), said, "{more}");
    }
}

#[test]
fn problems_are_found_all_at_once() {
    let options = object(
        r#"{"upstream":7,"credentials":{"username":"a"},"perAdress":1,"timeoutMs":0,
            "capabilityKeys":[{"id":"a"},{"secret":"short"}]}"#,
    );
    let said = sentence(&problems(&options, Reader::JavaScript));
    let key = "a random secret of at least 32 bytes: openssl rand -base64 32";
    let id = "an id of its own, of letters, digits, - and _, 32 at most";
    assert_eq!(
        said,
        [
            "options.upstream takes https://host, with a port and a path if need be (http is for this machine, or with allowHttpUpstream)".to_owned(),
            "options.credentials.password is missing: it takes a text that is not empty".to_owned(),
            "options.perAdress is not known: did you mean perAddress?".to_owned(),
            "options.timeoutMs takes whole milliseconds above 0".to_owned(),
            format!("options.capabilityKeys[0].secret is missing: it takes {key}"),
            format!("options.capabilityKeys[1].secret takes {key}"),
            format!("options.capabilityKeys[1].id is missing: it takes {id}"),
            "options.microsites is missing: it takes a list of one text or more".to_owned(),
        ]
        .join("; ")
    );
    let nothing = sentence(&problems(&Object::new(), Reader::JavaScript));
    for missing in ["upstream", "credentials.username", "credentials.password", "microsites"] {
        assert!(nothing.contains(&format!("options.{missing} is missing")), "{nothing}");
    }
}

#[test]
fn upstream_is_https_but_for_this_machine() {
    for (upstream, more, is_right) in [
        ("https://api.example", "", true),
        ("http://localhost:4100", "", true),
        ("http://127.8.0.1", "", true),
        ("http://[::1]:4100/prefix", "", true),
        ("http://[::1]", "", true),
        ("http://api.example", "", false),
        ("HTTP://api.example", "", false),
        ("HTTP://LocalHost:4100", "", true),
        ("http://localhost.example", "", false),
        ("http://127.0.0.1.example", "", false),
        ("http://10.0.0.1", "", false),
        ("http://api.example", r#","allowHttpUpstream":true"#, true),
        ("http://api.example", r#","allowHttpUpstream":false"#, false),
    ] {
        let options = format!(
            r#"{{"upstream":"{upstream}","microsites":["a"],"credentials":{{"username":"a","password":"b"}}{more}}}"#
        );
        let said = sentence(&problems(&object(&options), Reader::JavaScript));
        assert_eq!(said.is_empty(), is_right, "{upstream} {more}: {said}");
        assert!(is_right || said.starts_with("options.upstream takes https"), "{said}");
    }
}

#[test]
fn capability_keys_have_ids_of_their_own() {
    let key = format!(r#"{{"id":"a","secret":"{SECRET}"}}"#);
    check_says(&format!(r#""capabilityKeys":[{key}]"#), &[]);
    check_says(
        &format!(r#""capabilityKeys":[{key},{key}]"#),
        &["capabilityKeys[1].id takes an id of its own, of letters, digits, - and _, 32 at most"],
    );
}

/// Puts the secret, in each of several types, where a row's value belongs.
fn planted(row: &Row) -> Vec<Object> {
    let (path, is_item) = match row.name.split_once("[].") {
        Some((list, member)) => (vec![list, member], true),
        None => (row.name.split('.').collect(), false),
    };
    let values = [
        Json::from(SECRET),
        Json::Array(vec![SECRET.into()]),
        Object::new().with("id", SECRET).into(),
        Json::Array(vec![Object::new().with("secret", SECRET).into()]),
        Json::Array(vec![Json::Array(vec![SECRET.into()])]),
        Json::from([SECRET, "\n", SECRET].concat()),
    ];
    let wrap = |value: Json| {
        let mut value = value;
        for (depth, name) in path.iter().enumerate().rev() {
            let name = if name.starts_with('{') { "oak-and-salt" } else { name };
            value = Object::new().with(name, value).into();
            if is_item && depth == 1 {
                value = Json::Array(vec![value]);
            }
        }
        match value {
            Json::Object(object) => object,
            _ => Object::new(),
        }
    };
    values.into_iter().map(wrap).collect()
}

#[test]
fn problems_never_hold_a_value() {
    let mut refused = 0;
    for reader in [Reader::JavaScript, Reader::Command] {
        for row in rows() {
            for options in planted(row) {
                let found = problems(&options, reader);
                refused += usize::from(!found.is_empty());
                for problem in &found {
                    let said =
                        format!("{}{}{problem:?}", sentence(&found), problem.to_json().to_text());
                    assert!(!said.contains("hunter2"), "{}: {said}", row.name);
                    assert!(!sentence(&found).contains('\n'));
                }
            }
        }
    }
    assert!(refused > 500, "{refused}");
}

#[test]
fn masked_options_hold_no_secret() {
    let options = with(&format!(
        r#""capabilityKeys":[{{"id":"a","secret":"{SECRET}"}}],"sharedSecret":"{SECRET}","shared":{{"url":"{SECRET}"}},"metrics":{{"token":"{SECRET}"}},"staff":{{"issuer":"i","secret":"{SECRET}"}}"#
    ));
    let shown = masked(&options, Reader::Command).to_text();
    assert_eq!(
        shown,
        r#"{"upstream":"https://api.example","credentials":{"username":"***","password":"***"},"microsites":["oak-and-salt"],"capabilityKeys":[{"id":"a","secret":"***"}],"sharedSecret":"***","shared":{"url":"***"},"metrics":{"token":"***"},"staff":{"issuer":"i","secret":"***"}}"#
    );
    let secrets = rows().iter().filter(|row| row.secret).count();
    assert_eq!(shown.matches("***").count(), secrets, "every secret of the table was planted");
}

#[test]
fn completed_options_have_every_default_in_the_order_of_the_table() {
    let shown = completed(&with(r#""requestsPerMinute":41"#), Reader::Command).to_text();
    assert!(shown.contains(r#""requestsPerMinute":41,"staffReserve":10,"#), "{shown}");
    assert!(shown.contains(r#""guestFields":{"add":[],"remove":[]}"#), "{shown}");
    assert!(shown.contains(r#""pages":{}"#), "{shown}");
    assert!(shown.contains(r#""shutdown":{"delaySeconds":0,"graceSeconds":30},"accessLog":true"#));
    assert!(!shown.contains("staff\"") && !shown.contains("store") && !shown.contains("publicUrl"));
}

#[test]
fn rows_have_names_of_their_own_and_defaults_of_their_kinds() {
    for (index, row) in OPTIONS.iter().enumerate() {
        let twins = OPTIONS.iter().filter(|other| {
            other.name == row.name
                && (other.is_for_javascript() && row.is_for_javascript()
                    || other.is_for_the_command() && row.is_for_the_command())
        });
        assert_eq!(twins.count(), 1, "{} stands twice", row.name);
        assert!(row.words.ends_with('.') || row.words.ends_with(')'), "{}", row.name);
        let fits = match (row.default, row.kind) {
            (DefaultValue::Required | DefaultValue::None, _) => true,
            (DefaultValue::Empty, kind) => matches!(
                kind,
                OptionKind::List(_)
                    | OptionKind::Items(_)
                    | OptionKind::ByName(_)
                    | OptionKind::Names
                    | OptionKind::Table
            ),
            (DefaultValue::Flag(_), kind) => kind == OptionKind::Flag,
            (DefaultValue::Whole(number), OptionKind::Whole { least, most, .. }) => {
                (least..=most).contains(&number) && most <= MOST
            }
            (DefaultValue::Text(text), OptionKind::Choice(words)) => words.contains(&text),
            (DefaultValue::Text(text), OptionKind::Text(form)) => form.check(text).is_ok(),
            (DefaultValue::QuarterOf(name), OptionKind::Whole { .. }) => {
                OPTIONS.iter().any(|row| row.name == name)
            }
            _ => false,
        };
        assert!(fits, "{}", row.name);
        // The parent stands before its members.
        let above = row.name.find(['[', '{']).map_or(row.name, |end| &row.name[..=end]);
        if let Some((parent, _)) = above.rsplit_once(['.', '[']) {
            assert!(OPTIONS.iter().take(index).any(|row| row.name == parent), "{}", row.name);
        }
    }
}

/// What each face of the table shows of `perAddress`. The command's own faces are JavaScript's: see
/// [`for_command`].
fn faces() -> Vec<String> {
    let line = |text: &str, mark: &str| -> String {
        text.lines().find(|line| line.contains(mark)).unwrap_or_default().trim().to_owned()
    };
    let types = show::types();
    let comment = types
        .lines()
        .zip(types.lines().skip(1))
        .find(|(_, member)| member.trim_start().starts_with("perAddress"))
        .map(|(comment, _)| comment.trim().to_owned());
    let said = |options: &Object| sentence(&problems(options, Reader::JavaScript));
    let read = |more: &str| {
        Config::read(&with(more))
            .map_or_else(|found| sentence(&found), |config| config.per_address.to_string())
    };
    let Json::Array(command_rows) = show::command_rows() else { panic!() };
    let command_row = command_rows
        .iter()
        .filter_map(Json::as_object)
        .find(|row| row.get("name").and_then(Json::as_str) == Some("perAddress"));
    let options = with(r#""perAddress":"x""#);
    vec![
        said(&options),
        read(r#""perAddress":30"#),
        read(""),
        line(&types, "perAddress"),
        comment.unwrap_or_default(),
        line(&show::keys(), "`perAddress`"),
        command_row.map(|row| row.clone().to_text()).unwrap_or_default(),
        completed(&with(""), Reader::Command).get("perAddress").is_some().to_string(),
        masked(&with(r#""perAddress":30"#), Reader::Command)
            .given("perAddress")
            .map_or(String::new(), |value| Object::new().with("shown", value.clone()).to_text()),
    ]
}

/// The table with another row `perAddress`.
fn with_changed_row() -> Vec<Row> {
    let mut rows = OPTIONS.to_vec();
    let row = rows.iter_mut().find(|row| row.name == "perAddress").unwrap();
    *row = Row {
        kind: OptionKind::Whole { unit: "crumbs", least: 20, most: 25 },
        default: DefaultValue::Whole(21),
        secret: true,
        file: true,
        words: "Crumbs.",
        ..*row
    };
    rows
}

/// The table without the row `perAddress`.
fn without_row() -> Vec<Row> {
    OPTIONS.iter().copied().filter(|row| row.name != "perAddress").collect()
}

/// What the command gets of the row `perAddress`, and of options that give 22 or 30 for it.
fn for_command() -> Json {
    let Json::Array(rows) = show::command_rows() else { panic!() };
    let is_named = |row: &Json| row.as_object().unwrap().get("name") == Some(&"perAddress".into());
    let readings = ["22", "30"].map(|given| {
        let read = show::read_by_command(&with(&format!(r#""perAddress":{given}"#)));
        let only = |name: &str| {
            let value =
                read.get(name).and_then(Json::as_object).and_then(|all| all.get("perAddress"));
            value
                .iter()
                .fold(Object::new(), |only, value| only.with("perAddress", (*value).clone()))
        };
        Object::new()
            .with("given", Json::Number(given.to_owned()))
            .with("issues", read.get("issues").unwrap().clone())
            .with("values", only("values"))
            .with("shown", only("shown"))
            .into()
    });
    let rows = rows.into_iter().filter(is_named).collect();
    Object::new()
        .with("rows", Json::Array(rows))
        .with("readings", Json::Array(readings.into()))
        .into()
}

/// `tests/consumers/command-options.test.mjs` makes the command's faces, `--help`, the environment,
/// files and `--print-config`, of what the file holds.
#[test]
fn row_that_is_changed_or_deleted_is_so_in_what_the_command_gets() {
    let tables = Object::new()
        .with("asItIs", for_command())
        .with("changed", with_rows(with_changed_row(), for_command))
        .with("deleted", with_rows(without_row(), for_command));
    let written =
        Json::parse(include_str!("../../../tests/consumers/changed-option.json")).unwrap();
    let made = Json::from(tables);
    assert_eq!(made, written, "write into tests/consumers/changed-option.json: {}", text(&made));
}

#[test]
fn row_that_is_changed_or_deleted_is_so_on_every_face() {
    assert_eq!(
        faces(),
        [
            "options.perAddress takes a whole number, 0 or more",
            "30",
            "120",
            "perAddress?: number;",
            "/** What one address may do in a minute, in the units of the table in docs/gateway.md; 0 for no limit. Default 120. */",
            "| `perAddress` | `120` | `DINERKIT_PER_ADDRESS` | What one address may do in a minute, in the units of the table in docs/gateway.md; 0 for no limit. |",
            r#"{"name":"perAddress","text":"number","members":[],"environment":"DINERKIT_PER_ADDRESS","file":false,"default":"120","ofTheCommand":false}"#,
            "true",
            r#"{"shown":30}"#,
        ]
    );

    assert_eq!(
        with_rows(with_changed_row(), faces),
        [
            "options.perAddress takes whole crumbs from 20 to 25",
            "options.perAddress takes whole crumbs from 20 to 25",
            "21",
            "perAddress?: number;",
            "/** Crumbs. Default 21. */",
            "| `perAddress` | `21` | `DINERKIT_PER_ADDRESS` | Crumbs. Or `perAddressFile`. |",
            r#"{"name":"perAddress","text":"number","members":[],"environment":"DINERKIT_PER_ADDRESS","file":true,"default":"21","ofTheCommand":false}"#,
            "true",
            r#"{"shown":"***"}"#,
        ]
    );

    let unknown = "options.perAddress is not known: did you mean clientAddress?";
    assert_eq!(
        with_rows(without_row(), faces),
        [unknown, unknown, "0", "", "", "", "", "false", ""]
    );
}

#[test]
fn options_of_the_command_are_unknown_to_javascript_and_the_other_way_round() {
    for row in rows().iter().filter(|row| !row.name.contains('.')) {
        let given = Object::new().with(row.name, 7);
        let is_known = |reader| {
            let found: Vec<Problem> = problems(&given, reader);
            !found.iter().any(|problem| problem.message.contains("is not known"))
        };
        let twin =
            |taker| rows().iter().any(|other| other.name == row.name && other.taker == taker);
        let is_shared = twin(Taker::Gateway);
        assert_eq!(
            is_known(Reader::JavaScript),
            is_shared || twin(Taker::JavaScript),
            "{}",
            row.name
        );
        assert_eq!(is_known(Reader::Command), is_shared || twin(Taker::Command), "{}", row.name);
    }
}
