//! The targets: how the bytes of a fuzzer become the input of a law. An input of several parts has
//! a line for each part, so that a person can read and write a seed or a reproducer.

use chrono::NaiveDate;
use dinerkit::bulk::read::{Bounds, DELIMITERS, Encoding, Format, ReadOptions};
use dinerkit::client::Operation;
use dinerkit::client::auth::Authentication;
use dinerkit::client::response::{HttpResponse, read};
use dinerkit::client::retry::retry_after_ms;
use dinerkit::fields::{FIELDS, field};
use dinerkit::form::{Draft, Options};
use dinerkit::gateway::config::Config;
use dinerkit::gateway::exchange::Head;
use dinerkit::json::{Json, Object};
use dinerkit::names::Names;
use dinerkit::rules::phone::plans::BYTES;
use dinerkit::rules::phone::table::{MASKS, TYPES, checksum};
use dinerkit::rules::phone::{Masks, Table, calling_codes, format_as_you_type, inspect};
use dinerkit::setup::Setup;

use crate::laws;

/// A parser to be fuzzed.
pub struct Target {
    /// Its name on the command line.
    pub name: &'static str,
    /// Runs the target on one input. Panics if the input breaks a law.
    pub run: fn(&[u8]),
    seeds: &'static [&'static str],
}

impl Target {
    /// The inputs from which a fuzzer starts.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        let written = self.seeds.iter().map(|seed| seed.as_bytes().to_vec());
        // The seeds with every field and every calling code are made from the tables, so that none
        // is missing.
        let tabled: Vec<String> = match self.name {
            "value" => FIELDS.iter().map(|row| format!("{}\n\"x\"", row.name)).collect(),
            "phone" => calling_codes().map(|(code, _)| format!("{code}\n0201234567")).collect(),
            "setup" => FIELDS
                .iter()
                .filter(|row| row.is_custom())
                .map(|row| format!(r#"{{"CustomFields":[{{"Name":"{}"}}]}}"#, row.name))
                .collect(),
            _ => Vec::new(),
        };
        written.chain(tabled.into_iter().map(String::into_bytes)).collect()
    }
}

/// Every target.
pub static TARGETS: &[Target] = &[
    Target {
        name: "json",
        run: |input| {
            laws::json(&text(input));
        },
        seeds: &[
            r#"{"Id":7,"Rank":12345678901234567890,"a":[1.50,-0,1e-2,null,true,false]}"#,
            r#""\ud83c\udf77 \u0041\/\b\f\n\r\t\\\" \ud800""#,
            "[[[[]]],{}]",
        ],
    },
    Target {
        name: "email",
        run: |input| {
            laws::value("Email", text(input).into(), &Options::default());
        },
        seeds: &[
            "ann@example.com",
            " zoe@B\u{fc}cher.example\r\n",
            "a@xn--r8jz45g.xn--zckzah",
            "a@localhost",
            "ann@gmial.com",
        ],
    },
    Target {
        name: "text",
        run: |input| {
            for name in ["Surname", "Comments", "GroupSmsMarketingOptInText", "Field1"] {
                laws::value(name, text(input).into(), &Options::default());
            }
        },
        seeds: &[
            "Zoe\u{308}",
            " O\u{2019}Brien\u{200b} ",
            "one\r\ntwo\tthree",
            "\u{1112}\u{1161}\u{11ab}",
        ],
    },
    Target {
        name: "value",
        run: |input| {
            let (name, value) = line(input);
            if let (Some(row), Ok(value)) = (field(&text(name)), Json::parse(&text(value))) {
                laws::value(row.name, value, &options());
            }
        },
        seeds: &[
            "CustomerCodes\n[1,\"2\",3.0]",
            "CustomerType\n{\"Id\":1,\"Name\":\"x\"}",
            "IsVip\n\"on\"",
            "MobileCountryCode\n\"+44\"",
        ],
    },
    Target {
        name: "phone",
        run: |input| {
            let (code, typed) = line(input);
            laws::phone(text(code).parse().ok(), &text(typed));
        },
        seeds: &[
            "44\n07700 900123",
            "\n+39 06 1234 5678",
            "54\n0 11 15 2345-6789",
            "52\n1 55 1234 5678",
            "44\n020 7946 0018 ext 12",
            "44\n07400 12345O / 0\u{fe0f}\u{20e3}7",
        ],
    },
    Target {
        name: "phone-table",
        run: |input| {
            assert!(Table::decode(input).is_none() || input.first() == Some(&TYPES));
            // The input gets a correct checksum: without one, the decoder would refuse every input
            // at once.
            let signed = |format| {
                let sum = checksum(format, BYTES, input);
                [&[format], &sum[..], input].concat()
            };
            // Decoding random bytes is slow, because it goes on up to the readers' limits: each
            // input runs one decoder.
            if input.first().is_none_or(|first| first % 2 == 0) {
                inspect(Some(44), "07700900123", Table::decode(&signed(TYPES)).as_ref());
            } else if let Some(masks) = Masks::decode(&signed(MASKS)) {
                format_as_you_type(Some(44), "07700900123", 4, &masks, None);
            }
        },
        seeds: &["types", "masks"],
    },
    Target {
        name: "calling-code",
        run: |input| laws::calling_code(&text(input)),
        seeds: &["44", "+44", "0044", " 1 ", "٤٤"],
    },
    Target {
        name: "date",
        run: |input| {
            laws::date(&text(input));
            laws::value("Birthday", text(input).into(), &options());
        },
        seeds: &["2024-02-29", " 2026-02-02T14:59:20.9478118Z", "1990-12-31T23:30+02:00"],
    },
    Target {
        name: "opt-in",
        run: |input| laws::opt_in(&text(input)),
        seeds: &[
            "By <strong onclick=x>Oak &amp; Salt</strong><br/><p>e-mail</p>",
            "<a class=x href='https://example.com/?a=1&#38;b'>policy</a><!-- x -->",
            "<script>alert(1)</script><style>*{}</style><s>not</s>",
        ],
    },
    Target {
        name: "ip",
        run: |input| {
            laws::ip_address(&text(input));
            laws::value("IpAddress", text(input).into(), &Options::default());
        },
        seeds: &["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"],
    },
    Target {
        name: "ids",
        run: |input| {
            if let Ok(list) = Json::parse(&text(input)) {
                laws::ids(&list);
            }
        },
        seeds: &["[1,2,3]", "[\"7\",8.0,+9]", "[2147483647]"],
    },
    Target {
        name: "setup",
        run: |input| {
            if let Some(setup) = object(input) {
                let setup = Setup::read(&setup);
                for field in FIELDS {
                    let custom = setup.custom_field(field.name);
                    assert!(custom.is_none_or(|custom| custom.name == field.name));
                }
            }
        },
        seeds: &[
            r#"{"LegalDrinkingAge":18,"CustomFields":[{"Name":"Field1","Label":"Diet","IsRequired":true}]}"#,
        ],
    },
    Target {
        name: "form",
        run: |input| {
            let (given, record) = line(input);
            let read = object(given).map(|given| Options::read(&given));
            if let (Some(Ok(mut options)), Some(record)) = (read, object(record)) {
                laws::form(&Draft::from_object(&record), &options);
                laws::patch(&record, &options);
                options.phones = Some(&laws::PHONES);
                laws::form(&Draft::from_object(&record), &options);
            }
        },
        seeds: &[
            concat!(
                r#"{"today":"2026-11-22","strict":true,"limits":{"Surname":9},"setup":{"LegalDrinkingAge":18}}"#,
                "\n",
                r#"{"Surname":"Lee","Email":"a@b.example","Mobile":"+44 7700 900123","Birthday":"1990-02-28","#,
                r#""Address":{"Town":"Leeds","Planet":"x"},"IsDrinkingAge":true,"Id":7}"#
            ),
            concat!(
                "{}\n",
                r#"{"Surname":"Lee","Email":"a@b","PhoneCountryCode":"39","Phone":"06 1234 5678","#,
                r#""ReceiveSmsMarketing":"on","GroupSmsMarketingOptInText":"<b>Yes</b>"}"#
            ),
        ],
    },
    Target {
        name: "answer",
        run: |input| {
            let (status, rest) = line(input);
            let (content_type, body) = line(rest);
            let response = HttpResponse {
                status: text(status).parse().unwrap_or(200),
                content_type: Some(text(content_type)),
                // Bodies of odd length are read as answers of a gateway, the others as answers of
                // the vendor.
                is_gateway: body.len() % 2 == 1,
                body: body.to_vec(),
                ..HttpResponse::default()
            };
            let request = Object::new().with("Surname", "Lee");
            for operation in [
                Operation::Setup,
                Operation::Get { id: 7 },
                Operation::Create { request },
                Operation::Merge { into: 7, from: vec![8] },
                Operation::Unsubscribe { ids: vec![7], mode: None, ip_address: None },
                Operation::ScheduleDeletion { ids: vec![7] },
            ] {
                let answer = read(&operation, &Names::default(), &response);
                assert!(answer.is_err() || (200..300).contains(&response.status));
            }
            for authentication in [Authentication::V2, Authentication::Token] {
                let token = authentication.read(&response, 0);
                assert!(token.is_err() || (200..300).contains(&response.status));
            }
        },
        seeds: &[
            "200\napplication/json\n{\"Id\":7,\"Surname\":\"Lee\"}",
            "200\n\n{\"Token\":\"x\",\"TokenExpiryUtc\":\"2026-08-05T17:23:06.2470000\"}",
            "400\n\n{\"Message\":\"\",\"ValidationErrors\":[{\"PropertyName\":\"request.Address[Town]\",\"ErrorMessage\":\"must be supplied\"}]}",
            "400\n\n{\"ValidationErrors\":[{\"PropertyName\":\"Title\",\"Code\":\"too_long\",\"Params\":{\"max\":20,\"reason\":\"xy\"}}]}",
            "200\ntext/html\n<html>",
            "200\n\n{\"Status\":\"Fail\"}",
            "200\n\n{\"DeletedCustomerIds\":[7],\"SkippedCustomerIds\":null}",
        ],
    },
    Target {
        name: "retry-after",
        run: |input| {
            let (retry_after, date) = line(input);
            let response = HttpResponse {
                retry_after: Some(text(retry_after)),
                date: (!date.is_empty()).then(|| text(date)),
                ..HttpResponse::default()
            };
            // A later clock never makes the wait longer.
            let waits = [0, u64::MAX].map(|now_ms| retry_after_ms(&response, now_ms));
            assert_eq!(waits[0].is_some(), waits[1].is_some());
            assert!(waits[0] >= waits[1]);
        },
        seeds: &["120", "Sun, 06 Nov 1994 08:49:37 GMT\nSun, 06 Nov 1994 07:49:37 GMT"],
    },
    Target {
        name: "file",
        run: |input| {
            let (said, bytes) = line(input);
            let said = text(said);
            let words: Vec<_> = said.split(' ').collect();
            let word = |index: usize| words.get(index).copied().unwrap_or_default();
            let number = |index: usize| word(index).parse().unwrap_or(7_usize);
            let options = ReadOptions {
                format: Format::of(word(0)),
                encoding: Encoding::of(word(1)),
                delimiter: word(2).bytes().next().filter(|byte| DELIMITERS.contains(byte)),
                bounds: Bounds {
                    head: number(3).clamp(1, 4096),
                    block: number(4).clamp(1, 4096),
                    record: number(5).clamp(1, 4096),
                },
                ..ReadOptions::default()
            };
            laws::file(bytes, &options, &[number(6), number(7)]);
        },
        seeds: &[
            "- - - 64 16 64 3 1\nSurname;Email\nLee;a@b.example\n\"Kim \"\"x\"\"\n\";b\n",
            "csv utf-8 , 64 16 64 3 1\nSurname,Notes\nLee,\"5\" nail\nKim,=\"01\"\n\"Li,b\n\"Wu\",c\n",
            "- - - 64 16 64 3 1\nSurname\tEmail\rLee\ta\r\nKim\tb\n",
            "- - - 64 16 64 3 1\nsep=|\n\nSurname|Email\n , \nLee|a|b\n",
            "csv windows-1252 ; 8 8 8 3 1\nSurname;Email\nLee;a long text of a cell\n",
            "- utf-16le - 64 16 64 3 1\nS\0u\0r\0n\0a\0m\0e\0\n\0L\0e\0e\0\n\0",
            "- - - 64 16 64 3 1\n{\"a\":1}\n\n{\"a\":\"\\u00e9\"}\r\nx\n",
            "- - - 64 16 64 3 1\n[{\"a\":[1,{}]},\n {\"a\":\"]\\\"\"},{\"a\":\"x},\n{\"b\":[1}}, {\"c\":2}]x",
            "- - - 64 16 64 3 1\n{\"n\":1,\"list\":[{\"a\":1},{\"a\":2}],\"b\":[]}",
            "json - - 64 16 64 3 1\n{\"a\":1}\n{\n\"a\":2\n} 7 \"x\" [1]",
            // Fewer first bytes than the byte order mark has.
            "ndjson - - 1 16 64 3 1\n\u{feff}{\"a\":1}\n",
        ],
    },
    Target {
        name: "gateway",
        run: |input| {
            let (head, body) = line(input);
            let head = text(head);
            let mut words = head.split(' ');
            let mut word = || words.next().unwrap_or_default();
            let (role, method, path, origin, address) = (word(), word(), word(), word(), word());
            let options = Object::new()
                .with("microsites", vec!["oak & salt"])
                .with("origins", vec!["https://oak.example"])
                .with("hasAddresses", true);
            let head = Head {
                method: method.to_owned(),
                path: path.to_owned(),
                origin: (!origin.is_empty()).then(|| origin.to_owned()),
                content_type: Some("application/json".to_owned()),
                address: Some(address.to_owned()),
                ..Head::default()
            };
            if let Ok(config) = Config::read(&options) {
                laws::gateway(head, body, role == "staff", config);
            }
        },
        seeds: &[
            "guest GET /api/ConsumerApi/v1/Restaurant/oak%20%26%20salt/Customers/Setup https://oak.example 192.0.2.1\n",
            concat!(
                "guest POST /api/ConsumerApi/v1/Restaurant/oak%20%26%20salt/Customer https://oak.example 192.0.2.1\n",
                r#"{"Surname":"Lee","Email":"a@b.example","Mobile":"+44 7700 900123","Address":{"Town":"Leeds"}}"#
            ),
            "guest GET /api/ConsumerApi/v1/Restaurant/oak%20%26%20salt/Customer/7\n",
            "staff PUT /api/ConsumerApi/v1/Restaurant/oak%20%26%20salt/Customer/7\n{}",
            "guest OPTIONS /\n",
        ],
    },
];

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// A day for the rules that need one.
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day of the calendar");

fn options() -> Options {
    Options { today: Some(TODAY), phones: Some(&laws::PHONES), ..Options::default() }
}

/// The bytes as text. Invalid UTF-8 becomes replacement characters, as in a browser.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The first line, and the bytes after it.
fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    end.map_or((bytes, &[]), |end| (&bytes[..end], &bytes[end + 1..]))
}

fn object(bytes: &[u8]) -> Option<Object> {
    match Json::parse(&text(bytes)) {
        Ok(Json::Object(object)) => Some(object),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_break_no_law() {
        for target in TARGETS {
            let seeds = target.seeds();
            assert!(!seeds.is_empty(), "{} has no seeds", target.name);
            for seed in seeds {
                (target.run)(&seed);
            }
        }
    }

    #[test]
    fn targets_have_distinct_names() {
        for row in TARGETS {
            assert!(
                std::ptr::eq(target(row.name).unwrap(), row),
                "two targets are called {}",
                row.name
            );
        }
    }
}
