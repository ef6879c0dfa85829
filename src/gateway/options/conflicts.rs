//! What is wrong between options that are right by themselves.

use super::TextForm;
use super::defaults::completed;
use super::members::Reader;
use super::problem::{Problems, Step, with_nearest};
use crate::gateway::policy::{Rule, TABLE};
use crate::json::{Json, Object};

/// Notes what is right by itself, but not beside the other options.
pub(super) fn find_conflicts(options: &Object, reader: Reader, found: &mut Problems) {
    let completed = completed(options, reader);
    check_limits(&completed, found);
    check_upstream(&completed, found);
    check_key_ids(&completed, found);
    check_page_names(&completed, found);
    check_shared(options, found);
    if reader == Reader::Command {
        check_metrics(&completed, found);
    }
}

/// Each limit leaves room for the largest request of a guest.
fn check_limits(options: &Object, found: &mut Problems) {
    let whole = |name: &str| {
        let number = options.get(name).and_then(Json::as_i32);
        number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
    };
    let of = |name: &str| [Step::Member(name.to_owned())];
    let largest = |of: fn(&Rule) -> u32| TABLE.iter().map(of).max().unwrap_or_default();
    let (cost, requests) = (largest(|rule| rule.cost), largest(|rule| rule.requests));
    if found.is_right("perAddress") && (1..cost).contains(&whole("perAddress")) {
        found.takes(&of("perAddress"), &format!("0, or {cost} or more: a write takes {cost}"));
    }
    let (limit, reserve) = (whole("requestsPerMinute"), whole("staffReserve"));
    if found.is_right("requestsPerMinute")
        && found.is_right("staffReserve")
        && reserve.saturating_add(requests) > limit
    {
        match limit.checked_sub(requests) {
            Some(most) => found.takes(
                &of("staffReserve"),
                &format!("{most} at most: guests need {requests} requests for an edit"),
            ),
            None => found.takes(
                &of("requestsPerMinute"),
                &format!("{requests} or more: guests need as many for an edit"),
            ),
        }
    }
}

/// The account's password goes to `upstream`: encrypted, or not over a network.
fn check_upstream(options: &Object, found: &mut Problems) {
    let upstream = options.get("upstream").and_then(Json::as_str).unwrap_or_default();
    let is_http_allowed =
        options.get("allowHttpUpstream").and_then(Json::as_bool).unwrap_or_default();
    // Schemes and hosts are the same in any case (RFC 3986 §6.2.2.1).
    let upstream = upstream.to_ascii_lowercase();
    let host = upstream.strip_prefix("http://");
    if found.is_right("upstream")
        && found.is_right("allowHttpUpstream")
        && host.is_some_and(|host| !is_this_machine(host) && !is_http_allowed)
    {
        found.takes(
            &[Step::Member("upstream".to_owned())],
            "https: the account's password goes there (http is for this machine, or with allowHttpUpstream)",
        );
    }
}

/// No two capability keys may have the same id.
fn check_key_ids(options: &Object, found: &mut Problems) {
    let keys = options.get("capabilityKeys").and_then(Json::as_array).unwrap_or_default();
    let ids: Vec<_> = keys.iter().map(|key| key.as_object()?.get("id")?.as_str()).collect();
    for (index, id) in ids.iter().enumerate() {
        if id.is_some() && ids.iter().take(index).any(|earlier| earlier == id) {
            let path = [
                Step::Member("capabilityKeys".to_owned()),
                Step::Item(index),
                Step::Member("id".to_owned()),
            ];
            found.takes(&path, TextForm::KeyId.expects());
        }
    }
}

/// Pages are those of microsites that the gateway serves.
fn check_page_names(options: &Object, found: &mut Problems) {
    let microsites = options.get("microsites").and_then(Json::as_array).unwrap_or_default();
    let microsites = || microsites.iter().filter_map(Json::as_str);
    let pages = options.get("pages").and_then(Json::as_object);
    if !found.is_right("microsites") {
        return;
    }
    for (name, _) in pages.iter().flat_map(|pages| pages.iter()) {
        if !microsites().any(|microsite| microsite == name) {
            let path = [Step::Member("pages".to_owned()), Step::Member(name.to_owned())];
            found.refuse(&path, with_nearest("is none of microsites", name, microsites()));
        }
    }
}

/// A shared state takes the place of the store, and needs a secret.
fn check_shared(options: &Object, found: &mut Problems) {
    if options.given("shared").is_none() {
        return;
    }
    let of = |name: &str| [Step::Member(name.to_owned())];
    if options.given("store").is_some() {
        found.refuse(&of("store"), "goes without shared, which takes its place: leave one out");
    }
    let keys = options.get("capabilityKeys").and_then(Json::as_array).unwrap_or_default();
    if options.given("sharedSecret").is_none()
        && keys.is_empty()
        && found.is_right("capabilityKeys")
    {
        found.refuse(
            &of("sharedSecret"),
            [
                "is missing: with shared it takes ",
                TextForm::KeySecret.expects(),
                " (or give capabilityKeys)",
            ]
            .concat(),
        );
    }
}

/// Metrics are at a port of their own or behind a token.
fn check_metrics(options: &Object, found: &mut Problems) {
    let Some(metrics) = options.get("metrics").and_then(Json::as_object) else { return };
    if !found.is_right("metrics") {
        return;
    }
    let at = |member: &str| ["metrics", member].map(|name| Step::Member(name.to_owned()));
    let port = metrics.given("port");
    if port.is_none() && metrics.given("token").is_none() {
        let whole = [Step::Member("metrics".to_owned())];
        found.refuse(&whole, "needs port, for a port of its own, or token, or both");
    }
    if port.is_none() && metrics.given("host").is_some() {
        found.refuse(&at("host"), "goes with metrics.port: give that, or leave it out");
    }
    let listen = options.get("listen").and_then(Json::as_object);
    let is_taken = |port: &&Json| {
        port.as_i32() != Some(0) && listen.and_then(|listen| listen.get("port")) == Some(*port)
    };
    if port.filter(is_taken).is_some() && found.is_right("listen") {
        found.takes(&at("port"), "another port than listen.port");
    }
}

/// True for a host of this machine, with a port and a path or without.
fn is_this_machine(host: &str) -> bool {
    let end = host.find('/').unwrap_or(host.len());
    let host = host.get(..end).unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| !port.contains(']'));
    let name = name.map_or(host, |(name, _)| name);
    let is_loopback = name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    is_loopback || name == "localhost" || name == "[::1]"
}
