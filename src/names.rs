//! Every wire name and path of the remote API that is a guess of ours, in one table, for whoever learns better:
//! a caller corrects one here, without a new release.
//!
//! The operations are documented by the vendor, with what each member means; these names are not.

use std::borrow::Cow;

use crate::json::Object;
use crate::scan;

/// The member of a request that says how the request is meant.
pub(crate) const CUSTOMER_OPTIONS: &str = "CustomerOptions";
/// The member of [`CUSTOMER_OPTIONS`] that says whether comments are appended to those that the record has.
pub(crate) const APPEND_COMMENTS: &str = "AppendComments";
/// The staff's notes.
pub(crate) const COMMENTS: &str = "Comments";
/// What our own model calls the flag of [`Name::HasDeclinedEmail`].
pub(crate) const HAS_DECLINED_EMAIL: &str = "HasDeclinedEmail";

/// What a name stands for, which decides what it may look like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An HTTP method.
    Method,
    /// A path below the restaurant's own, without a leading slash.
    Path,
    /// A member of a JSON object.
    Member,
}

macro_rules! table {
    ($($(#[doc = $doc:literal])* $variant:ident $key:literal $kind:ident $default:literal)*) => {
        /// One guessed name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Name { $($(#[doc = $doc])* $variant,)* }

        /// Key of the override, kind, default; in the order of [`Name`].
        const TABLE: &[(&str, Kind, &str)] = &[$(($key, Kind::$kind, $default),)*];

        /// What each name stands for, in the order of [`Name`].
        #[cfg(any(test, not(target_arch = "wasm32")))]
        const ABOUT: &[&str] = &[$(concat!($($doc),*),)*];

        const DEFAULTS: Names = Names([$(Cow::Borrowed($default),)*]);
    };
}

table! {
    /// Method of the merge.
    MergeMethod "mergeMethod" Method "POST"
    /// Path of the merge, below the restaurant's own.
    MergePath "mergePath" Path "Customers/Merge"
    /// In a merge: Id of the customer that the others are merged into.
    MasterCustomerId "masterCustomerId" Member "MasterCustomerId"
    /// In a merge: Ids of the customers that are merged away.
    CustomerIdsToMerge "customerIdsToMerge" Member "CustomerIds"
    /// Path of the unsubscription, below the restaurant's own (observed in public code).
    UnsubscribePath "unsubscribePath" Path "Customers/Unsubscribe"
    /// Path of the scheduled deletion, below the restaurant's own (observed in public code).
    MarkForDeletionPath "markForDeletionPath" Path "Customers/MarkForDeletion"
    /// In an unsubscription and a deletion: Ids of the customers.
    CustomerIds "customerIds" Member "CustomerIds"
    /// In an unsubscription: IP address of the device that unsubscribes (observed on bookings).
    IpAddress "ipAddress" Member "IpAddress"
    /// In an unsubscription: what is unsubscribed from: `Email`, `Sms` or `All`.
    MarketingCommunicationMode "marketingCommunicationMode" Member "MarketingCommunicationMode"
    /// In a deletion's answer: Ids of the customers that are scheduled.
    DeletedCustomerIds "deletedCustomerIds" Member "DeletedCustomerIds"
    /// In a deletion's answer: Ids of the customers that are not.
    SkippedCustomerIds "skippedCustomerIds" Member "SkippedCustomerIds"
    /// In a customer: whether the customer declined to give an e-mail address.
    HasDeclinedEmail "hasDeclinedEmail" Member "HasDeclinedEmail"
}

/// A name as `pkg/types/index.d.ts` shows it.
#[cfg(any(test, not(target_arch = "wasm32")))]
pub(crate) struct NameFacts {
    /// The key of its override.
    pub(crate) key: &'static str,
    /// What it stands for.
    pub(crate) about: &'static str,
    /// The name where nobody overrides it.
    pub(crate) default: &'static str,
    /// True for an HTTP method; else any text of the right shape may stand for it.
    pub(crate) is_method: bool,
}

/// The rows of the table, for the types.
#[cfg(any(test, not(target_arch = "wasm32")))]
pub(crate) fn facts() -> impl Iterator<Item = NameFacts> {
    TABLE.iter().zip(ABOUT).map(|((key, kind, default), about)| NameFacts {
        key,
        about,
        default,
        is_method: *kind == Kind::Method,
    })
}

/// The names in use: the defaults, and what the caller put in their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names([Cow<'static, str>; TABLE.len()]);

impl Default for Names {
    fn default() -> Self {
        DEFAULTS
    }
}

impl Names {
    /// The keys of the overrides.
    #[cfg(feature = "gateway")]
    pub fn keys() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|(key, ..)| *key)
    }

    /// What the name of that key may be, to follow "takes"; `None` for an unknown key.
    #[cfg(feature = "gateway")]
    pub fn expects(key: &str) -> Option<&'static str> {
        let (_, kind, _) = TABLE.iter().find(|(known, ..)| *known == key)?;
        Some(match kind {
            Kind::Method => "POST or PUT",
            Kind::Path => "words of letters, digits, - and _, parted by single slashes",
            Kind::Member => "a word of letters, digits and _",
        })
    }

    /// The name in use.
    pub fn get(&self, name: Name) -> &str {
        self.0.get(name as usize).map_or("", |text| text)
    }

    /// Puts the caller's names in the place of the defaults, by the keys of JavaScript's `names` option. A key
    /// that is not in the table, or a value that could lead a request astray, is refused with what to do.
    pub fn override_with(&mut self, names: &Object) -> Result<(), &'static str> {
        for (key, value) in names.iter() {
            let row = TABLE.iter().zip(self.0.iter_mut()).find(|((known, ..), _)| *known == key);
            let Some(((_, kind, _), slot)) = row else {
                return Err(
                    "use only the keys of the table of names: names has a key it does not know",
                );
            };
            let text = value.as_str().ok_or("give each of names as text")?;
            match kind {
                Kind::Method if !matches!(text, "POST" | "PUT") => {
                    return Err("give names.mergeMethod as POST or PUT");
                }
                Kind::Path if !is_plain_path(text) => {
                    return Err(
                        "give each path of names as words of letters, digits, - and _, parted by single slashes",
                    );
                }
                Kind::Member if !is_member(text) => {
                    return Err("give each member of names as a word of letters, digits and _");
                }
                _ => *slot = Cow::Owned(text.to_owned()),
            }
        }
        Ok(())
    }
}

/// No dots, escapes, schemes or empty segments: nothing that a URL parser would resolve to another place.
pub(crate) fn is_plain_path(path: &str) -> bool {
    scan::split(path, b'/').all(|segment| {
        !segment.is_empty()
            && segment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    })
}

fn is_member(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_found_by_its_own_key() {
        let mut names = Names::default();
        for (index, (key, kind, default)) in TABLE.iter().enumerate() {
            assert_eq!(names.0[index], *default);
            let other = if *kind == Kind::Method { "PUT" } else { "Other" };
            names.override_with(&Object::new().with(key, other)).unwrap();
            assert_eq!(names.0[index], other, "{key}");
        }
        assert_eq!(Names::default().get(Name::MergePath), "Customers/Merge");
        assert_eq!(Names::default().get(Name::HasDeclinedEmail), "HasDeclinedEmail");
    }

    #[test]
    fn unknown_keys_and_values_of_another_kind_are_refused() {
        for names in [
            Object::new().with("mergepath", "Customers/Merge"),
            Object::new().with("mergePath", 1),
            Object::new().with("mergeMethod", "DELETE"),
            Object::new().with("customerIds", ""),
            Object::new().with("customerIds", "a[b]"),
        ] {
            assert!(Names::default().override_with(&names).is_err(), "{}", names.to_text());
        }
    }

    #[test]
    fn a_path_cannot_leave_its_place() {
        for path in [
            "",
            "/",
            "/x",
            "x/",
            "a//b",
            "..",
            "../x",
            "a/../../b",
            ".",
            "a/./b",
            "%2e%2e/x",
            "a%2Fb",
            "https://elsewhere.example",
            "//elsewhere.example",
            "a?b",
            "a#b",
            "a\\b",
            "a b",
            "a\n",
            "@x",
            "é",
        ] {
            let names = Object::new().with("mergePath", path);
            assert!(Names::default().override_with(&names).is_err(), "{path}");
        }
    }
}
