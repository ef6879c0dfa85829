//! For a server that was started with `--faults`: decides which fault hits which request, by pure
//! functions. [`layer`] carries the fault out.

pub(crate) mod connection;
pub(crate) mod layer;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::contract::OperationId;

/// A fault of one request. README.md says how the caller sees each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// These keep the request from being carried out.
    Instead(Instead),
    /// These let the request be carried out, and spoil the answer.
    Answer(Spoiled),
    /// The request is carried out after this time.
    DelayBefore(Duration),
    /// The answer is sent after this time.
    DelayAfter(Duration),
}

/// What is done in place of the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Instead {
    Reset,
    Status(u16),
    TooMany(Option<RetryAfter>),
    /// A web page, which may say after how many seconds to come back.
    Page {
        status: u16,
        retry_after: Option<u32>,
    },
    /// 401, whatever the token.
    Revoked,
    Redirect {
        status: u16,
        to: String,
    },
}

/// The two forms of `Retry-After`, in seconds from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    Seconds(u32),
    Date(u32),
}

/// What happens to the answer of an operation that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spoiled {
    // The connection.
    Reset,
    ResetBody,
    HalfBody,
    Trickle(Duration),
    Endless,
    // The whole answer.
    Status(u16),
    Fail,
    Empty,
    Truncated,
    ByteOrderMark,
    Large(usize),
    // Members of it.
    DuplicateKeys,
    TextNumbers,
    Deep,
    OtherEcho,
    OtherId,
    UnknownMembers,
    OddDate(String),
    ExpiredToken,
}

/// A body larger than any record, unless the script says otherwise.
const LARGE: usize = 2 * 1024 * 1024;
/// A day that changes if it is read as an instant.
const ODD_DATE: &str = "1990-02-03T01:00:00+02:00";

impl Fault {
    /// Reads `NAME` or `NAME;PARAMETER`. The error says what to do and repeats no input.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let (name, parameter) = match text.split_once(';') {
            Some((name, parameter)) => (name.trim(), Some(parameter.trim())),
            None => (text.trim(), None),
        };
        let number = || parameter.and_then(|text| text.parse::<u32>().ok());
        let time = || number().map(|ms| Duration::from_millis(ms.into())).ok_or(NEEDS_MS);
        let status = |allowed: std::ops::Range<u16>| {
            let status = number().and_then(|status| u16::try_from(status).ok());
            status.filter(|status| allowed.contains(status)).ok_or(NEEDS_STATUS)
        };
        let retry_after = |form: fn(u32) -> RetryAfter| number().map(form).ok_or(NEEDS_SECONDS);
        let instead = |instead| Ok(Self::Instead(instead));
        let spoiled = |spoiled| Ok(Self::Answer(spoiled));
        match name {
            "delay-before" => Ok(Self::DelayBefore(time()?)),
            "delay-after" => Ok(Self::DelayAfter(time()?)),
            "reset-before" => instead(Instead::Reset),
            "status-before" => instead(Instead::Status(status(400..600)?)),
            "too-many" if parameter.is_none() => instead(Instead::TooMany(None)),
            "too-many" => instead(Instead::TooMany(Some(retry_after(RetryAfter::Seconds)?))),
            "too-many-date" => instead(Instead::TooMany(Some(retry_after(RetryAfter::Date)?))),
            "page" => {
                let (status, seconds) = match parameter.and_then(|text| text.split_once(';')) {
                    Some((status, seconds)) => (Some(status), Some(seconds)),
                    None => (parameter, None),
                };
                let status = status.and_then(|status| status.trim().parse().ok());
                let status = status.filter(|status| (200..600).contains(status));
                let status = status.ok_or(NEEDS_STATUS)?;
                let seconds = seconds.map(|seconds| seconds.trim().parse());
                let retry_after = seconds.transpose().map_err(|_| NEEDS_SECONDS)?;
                instead(Instead::Page { status, retry_after })
            }
            "revoked" => instead(Instead::Revoked),
            "redirect" => {
                let (status, to) = parameter.and_then(|p| p.split_once(';')).ok_or(NEEDS_TARGET)?;
                let status =
                    status.trim().parse().ok().filter(|status| (300..400).contains(status));
                let status = status.ok_or(NEEDS_TARGET)?;
                instead(Instead::Redirect { status, to: to.trim().to_owned() })
            }
            "reset-after" => spoiled(Spoiled::Reset),
            "reset-body" => spoiled(Spoiled::ResetBody),
            "half-body" => spoiled(Spoiled::HalfBody),
            "trickle" => spoiled(Spoiled::Trickle(time()?)),
            "endless" => spoiled(Spoiled::Endless),
            // A 4xx means that nothing was done, so no server answers it after the work.
            "status-after" => spoiled(Spoiled::Status(status(500..600)?)),
            "fail" => spoiled(Spoiled::Fail),
            "empty" => spoiled(Spoiled::Empty),
            "truncated" => spoiled(Spoiled::Truncated),
            "byte-order-mark" => spoiled(Spoiled::ByteOrderMark),
            "large" if parameter.is_none() => spoiled(Spoiled::Large(LARGE)),
            "large" => {
                let bytes = number().and_then(|bytes| usize::try_from(bytes).ok());
                spoiled(Spoiled::Large(bytes.ok_or(NEEDS_BYTES)?))
            }
            "duplicate-keys" => spoiled(Spoiled::DuplicateKeys),
            "text-numbers" => spoiled(Spoiled::TextNumbers),
            "deep" => spoiled(Spoiled::Deep),
            "other-echo" => spoiled(Spoiled::OtherEcho),
            "other-id" => spoiled(Spoiled::OtherId),
            "unknown-members" => spoiled(Spoiled::UnknownMembers),
            "odd-date" => spoiled(Spoiled::OddDate(parameter.unwrap_or(ODD_DATE).to_owned())),
            "expired-token" => spoiled(Spoiled::ExpiredToken),
            _ => Err("name a fault of the table in sandbox/README.md"),
        }
    }
}

const NEEDS_MS: &str = "give this fault its milliseconds after a semicolon";
const NEEDS_SECONDS: &str = "give this fault its seconds after a semicolon, or nothing";
const NEEDS_BYTES: &str = "give this fault its bytes after a semicolon, or nothing";
const NEEDS_STATUS: &str = "give this fault its status after a semicolon: 4xx or 5xx, and only 5xx once it was carried out";
const NEEDS_TARGET: &str = "give this fault a 3xx status and a URL, each after a semicolon";

/// One rule of a script: which fault comes, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// The operation that the rule is for; without it, all.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<OperationId>,
    /// As [`Fault::parse`] reads it.
    fault: String,
    /// How many more times the rule applies; without it, until the script is cleared.
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    /// The share of requests that the rule hits, from 0 to 1; without it, all.
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    /// Chooses those requests: the same seed and the same order of requests give the same choice.
    #[serde(default)]
    seed: u64,
}

/// The script that is armed.
#[derive(Debug, Default)]
pub(crate) struct Script(Vec<(Rule, Random)>);

impl Script {
    /// Adds rules after those that are armed. If one rule is wrong, it adds none.
    pub(crate) fn arm(&mut self, rules: Vec<Rule>) -> Result<(), &'static str> {
        for rule in &rules {
            Fault::parse(&rule.fault)?;
            if rule.probability.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
                return Err("give probability as a number from 0 to 1");
            }
        }
        self.0.extend(rules.into_iter().map(|rule| {
            let random = Random(rule.seed);
            (rule, random)
        }));
        Ok(())
    }

    /// Disarms everything.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What is still armed.
    pub(crate) fn rules(&self) -> Vec<&Rule> {
        self.0.iter().map(|(rule, _)| rule).collect()
    }

    /// The fault of the next request of `operation`, as text for [`Fault::parse`]: that of the
    /// first rule that applies.
    pub(crate) fn decide(&mut self, operation: OperationId) -> Option<String> {
        let rule = self.0.iter_mut().find_map(|(rule, random)| {
            let is_hit = rule.operation.is_none_or(|only| only == operation)
                && rule.times != Some(0)
                && rule.probability.is_none_or(|share| random.unit() < share);
            is_hit.then_some(rule)
        })?;
        let fault = rule.fault.clone();
        rule.times = rule.times.map(|times| times.saturating_sub(1));
        self.0.retain(|(rule, _)| rule.times != Some(0));
        Some(fault)
    }
}

/// SplitMix64, which is random enough here and the same on every machine.
#[derive(Debug)]
struct Random(u64);

impl Random {
    /// The next number, from 0 to below 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // The 32 upper bits: an f64 holds them exactly.
        f64::from(u32::try_from(mixed >> 32).unwrap_or_default()) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;
    use OperationId::{CreateCustomer, GetCustomer};

    #[test]
    fn faults_are_read_by_name_and_parameter() {
        let ms = Duration::from_millis;
        let redirect = |status, to: &str| Instead::Redirect { status, to: to.to_owned() };
        let instead = [
            ("reset-before", Instead::Reset),
            ("status-before;404", Instead::Status(404)),
            (" status-before ; 503 ", Instead::Status(503)),
            ("too-many", Instead::TooMany(None)),
            ("too-many;2", Instead::TooMany(Some(RetryAfter::Seconds(2)))),
            ("too-many-date;3", Instead::TooMany(Some(RetryAfter::Date(3)))),
            ("page;200", Instead::Page { status: 200, retry_after: None }),
            ("page;503;2", Instead::Page { status: 503, retry_after: Some(2) }),
            ("revoked", Instead::Revoked),
            ("redirect;307;http://a.example/x;y", redirect(307, "http://a.example/x;y")),
        ];
        for (text, fault) in instead {
            assert_eq!(Fault::parse(text), Ok(Fault::Instead(fault)), "{text}");
        }
        let spoiled = [
            ("trickle;5", Spoiled::Trickle(ms(5))),
            ("status-after;502", Spoiled::Status(502)),
            ("large", Spoiled::Large(LARGE)),
            ("large;9", Spoiled::Large(9)),
            ("odd-date", Spoiled::OddDate(ODD_DATE.to_owned())),
            ("odd-date;3/2/1990", Spoiled::OddDate("3/2/1990".to_owned())),
        ];
        for (text, fault) in spoiled {
            assert_eq!(Fault::parse(text), Ok(Fault::Answer(fault)), "{text}");
        }
        assert_eq!(Fault::parse("delay-before;7"), Ok(Fault::DelayBefore(ms(7))));
        assert_eq!(Fault::parse("delay-after;0"), Ok(Fault::DelayAfter(ms(0))));
        let wrong = [
            "",
            "Reset-Before",
            "delay-before",
            "delay-after;soon",
            "status-before;200",
            "status-after;404",
            "page;99",
            "too-many;-1",
            "redirect;302",
            "redirect;200;/x",
        ];
        for text in wrong {
            assert!(Fault::parse(text).is_err(), "{text}");
        }
    }

    fn armed(rules: serde_json::Value) -> Script {
        let mut script = Script::default();
        script.arm(from_value(rules).unwrap()).unwrap();
        script
    }

    #[test]
    fn fault_rule_is_for_its_operation_and_for_so_many_times() {
        let mut script = armed(json!([
            { "operation": "createCustomer", "fault": "reset-after", "times": 1 },
            { "fault": "revoked", "times": 2 },
            { "operation": "getCustomer", "fault": "empty" },
        ]));
        let [revoked, reset, empty] =
            ["revoked", "reset-after", "empty"].map(|fault| Some(fault.to_owned()));
        let requests = [
            (GetCustomer, &revoked),
            (CreateCustomer, &reset),
            (CreateCustomer, &revoked),
            (CreateCustomer, &None),
            (GetCustomer, &empty),
            (GetCustomer, &empty),
        ];
        for (turn, (operation, fault)) in requests.into_iter().enumerate() {
            assert_eq!(script.decide(operation), *fault, "turn {turn}");
        }
        assert_eq!(script.rules().len(), 1, "what is used up is gone");
        script.clear();
        assert_eq!(script.decide(GetCustomer), None);
    }

    #[test]
    fn fault_seed_says_which_requests_are_hit() {
        let hits = |seed: u64, share: f64| -> Vec<bool> {
            let rule = json!([{ "fault": "revoked", "probability": share, "seed": seed }]);
            let mut script = armed(rule);
            (0..1000).map(|_| script.decide(GetCustomer).is_some()).collect()
        };
        assert_eq!(hits(7, 0.3), hits(7, 0.3));
        assert_ne!(hits(7, 0.3), hits(8, 0.3));
        assert!((250..350).contains(&hits(7, 0.3).iter().filter(|hit| **hit).count()));
        assert!(hits(7, 1.0).iter().all(|hit| *hit));
        assert!(!hits(7, 0.0).iter().any(|hit| *hit));
    }

    #[test]
    fn fault_script_with_one_bad_rule_arms_nothing() {
        let mut script = Script::default();
        for bad in [
            json!({ "fault": "nonsense" }),
            json!({ "fault": "revoked", "probability": 1.5 }),
            json!({ "fault": "revoked", "probability": -0.1 }),
        ] {
            let rules = from_value(json!([{ "fault": "revoked" }, bad])).unwrap();
            assert!(script.arm(rules).is_err());
            assert!(script.rules().is_empty());
        }
        assert!(from_value::<Rule>(json!({ "fault": "revoked", "time": 1 })).is_err());
        assert!(from_value::<Rule>(json!({ "fault": "revoked", "operation": "x" })).is_err());
    }
}
