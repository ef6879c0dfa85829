//! Every name and path of the remote API that is a guess of ours, in one table. For callers, who
//! correct one by the option `names` without a new release.
//!
//! The vendor documents the operations and what each member means, but not these names.

use crate::json::{Json, Object};
use crate::scan;

/// The member of a request that says how the request is meant.
pub(crate) const CUSTOMER_OPTIONS: &str = "CustomerOptions";
/// The member of [`CUSTOMER_OPTIONS`] that says whether comments are appended to those that the
/// record has.
pub(crate) const APPEND_COMMENTS: &str = "AppendComments";
/// The staff's notes.
pub(crate) const COMMENTS: &str = "Comments";

/// Our own name of a customer's flag: has declined to give an e-mail address.
pub(crate) const HAS_DECLINED_EMAIL: &str = "HasDeclinedEmail";

// Our own names of what a Setup says. The client gives a Setup under these names, whatever the API
// calls them, so that nothing above it knows any other.
/// The restaurant's name in the API's paths.
pub(crate) const MICROSITE_NAME: &str = "MicrositeName";
/// The restaurant's name as guests know it; and a custom field's name.
pub(crate) const NAME: &str = "Name";
/// Titles to choose from.
pub(crate) const TITLES: &str = "Titles";
/// The restaurant's own questions.
pub(crate) const CUSTOM_FIELDS: &str = "CustomFields";
/// Of a custom field: what the restaurant calls it.
pub(crate) const LABEL: &str = "Label";
/// Of a custom field: whether it must be given.
pub(crate) const IS_REQUIRED: &str = "IsRequired";
/// The wording of the consent to the group's e-mail.
pub(crate) const GROUP_EMAIL_TEXT: &str = "GroupEmailMarketingOptInText";
/// The wording of the consent to the group's text messages.
pub(crate) const GROUP_SMS_TEXT: &str = "GroupSmsMarketingOptInText";
/// The wording of the consent to the restaurant's e-mail.
pub(crate) const RESTAURANT_EMAIL_TEXT: &str = "RestaurantEmailMarketingOptInText";
/// The wording of the consent to the restaurant's text messages.
pub(crate) const RESTAURANT_SMS_TEXT: &str = "RestaurantSmsMarketingOptInText";
/// The age from which a guest may drink alcohol.
pub(crate) const LEGAL_DRINKING_AGE: &str = "LegalDrinkingAge";
/// The time zone where the restaurant is.
pub(crate) const TIME_ZONE: &str = "TimeZone";

/// What a name stands for, which decides what it may look like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An HTTP method.
    Method,
    /// A path below the restaurant's own, without a leading slash.
    Path,
    /// A member of a request or of a deletion's answer.
    Member,
    /// A member of a customer.
    Customer,
    /// A member of a Setup.
    Setup,
    /// A member of a custom field of a Setup.
    CustomField,
}

/// What a name of each shape may be, in words.
macro_rules! shape {
    (method) => {
        "POST or PUT"
    };
    (path) => {
        "words of letters, digits, - and _, parted by single slashes"
    };
    (member) => {
        "a word of letters, digits and _"
    };
}

macro_rules! table {
    ($($(#[doc = $doc:literal])* $variant:ident $key:literal $kind:ident $own:tt)*) => {
        /// One guessed name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Name { $($(#[doc = $doc])* $variant,)* }

        /// Key of the override, kind, and the default, which is our own name; in the order of
        /// [`Name`].
        const TABLE: &[(&str, Kind, &str)] = &[$(($key, Kind::$kind, $own),)*];

        #[cfg(test)]
        const ALL: &[Name] = &[$(Name::$variant,)*];

        /// What each name stands for, in the order of [`Name`].
        #[cfg(not(target_arch = "wasm32"))]
        const ABOUT: &[&str] = &[$(concat!($($doc),*),)*];
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
    HasDeclinedEmail "hasDeclinedEmail" Customer HAS_DECLINED_EMAIL
    /// In a Setup: the restaurant's name in the API's paths.
    SetupMicrositeName "setupMicrositeName" Setup MICROSITE_NAME
    /// In a Setup: the restaurant's name as guests know it.
    SetupName "setupName" Setup NAME
    /// In a Setup: the titles to choose from.
    SetupTitles "setupTitles" Setup TITLES
    /// In a Setup: the custom fields.
    SetupCustomFields "setupCustomFields" Setup CUSTOM_FIELDS
    /// In a custom field of a Setup: `Field1` to `Field5`.
    CustomFieldName "customFieldName" CustomField NAME
    /// In a custom field of a Setup: what the restaurant calls it.
    CustomFieldLabel "customFieldLabel" CustomField LABEL
    /// In a custom field of a Setup: whether it must be given.
    CustomFieldIsRequired "customFieldIsRequired" CustomField IS_REQUIRED
    /// In a Setup: the wording of the consent to the group's e-mail.
    SetupGroupEmailText "setupGroupEmailText" Setup GROUP_EMAIL_TEXT
    /// In a Setup: the wording of the consent to the group's text messages.
    SetupGroupSmsText "setupGroupSmsText" Setup GROUP_SMS_TEXT
    /// In a Setup: the wording of the consent to the restaurant's e-mail.
    SetupRestaurantEmailText "setupRestaurantEmailText" Setup RESTAURANT_EMAIL_TEXT
    /// In a Setup: the wording of the consent to the restaurant's text messages.
    SetupRestaurantSmsText "setupRestaurantSmsText" Setup RESTAURANT_SMS_TEXT
    /// In a Setup: the age from which a guest may drink alcohol.
    SetupLegalDrinkingAge "setupLegalDrinkingAge" Setup LEGAL_DRINKING_AGE
    /// In a Setup: the time zone where the restaurant is, by its IANA name such as `Europe/London`.
    SetupTimeZone "setupTimeZone" Setup TIME_ZONE
}

/// A name as `pkg/types/index.d.ts` shows it.
#[cfg(not(target_arch = "wasm32"))]
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
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn facts() -> impl Iterator<Item = NameFacts> {
    TABLE.iter().zip(ABOUT).map(|((key, kind, default), about)| NameFacts {
        key,
        about,
        default,
        is_method: *kind == Kind::Method,
    })
}

impl Name {
    /// The default, which is also the name in our own model.
    pub fn own(self) -> &'static str {
        TABLE.get(self as usize).map_or("", |(.., own)| own)
    }
}

/// The names in use: the caller's, each with its index in the table, and the defaults of all
/// others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<(usize, String)>);

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
            Kind::Method => shape!(method),
            Kind::Path => shape!(path),
            _ => shape!(member),
        })
    }

    /// The name in use.
    pub fn get(&self, name: Name) -> &str {
        let given = self.0.iter().find(|(index, _)| *index == name as usize);
        given.map_or(name.own(), |(_, text)| text)
    }

    /// Reads JavaScript's option `names`: the caller's names by their keys. A key that is not in
    /// the table, or a value that could lead a request astray, is refused with what to do.
    pub fn from_json(names: &Object) -> Result<Self, &'static str> {
        let mut given = Vec::new();
        for (key, value) in names.iter() {
            let mut rows = TABLE.iter().enumerate();
            let Some((index, (_, kind, _))) = rows.find(|(_, (known, ..))| *known == key) else {
                return Err(
                    "use only the keys of the table of names: names has a key it does not know",
                );
            };
            let text = value.as_str().ok_or("give each of names as text")?;
            match kind {
                Kind::Method if !matches!(text, "POST" | "PUT") => {
                    return Err(concat!("give names.mergeMethod as ", shape!(method)));
                }
                Kind::Path if !is_plain_path(text) => {
                    return Err(concat!("give each path of names as ", shape!(path)));
                }
                Kind::Method | Kind::Path => {}
                _ if !is_member(text) => {
                    return Err(concat!("give each member of names as ", shape!(member)));
                }
                _ => {}
            }
            given.push((index, text.to_owned()));
        }
        Ok(Self(given))
    }

    /// A customer of the API's under our own names.
    pub(crate) fn customer(&self, record: &Object) -> Object {
        self.own(record, Kind::Customer)
    }

    /// A Setup of the API's under our own names, its custom fields included.
    pub(crate) fn setup(&self, setup: &Object) -> Object {
        let mut setup = self.own(setup, Kind::Setup);
        if let Some(Json::Array(fields)) = setup.get(CUSTOM_FIELDS) {
            let mut own = Vec::new();
            for field in fields {
                own.push(match field {
                    Json::Object(field) => self.own(field, Kind::CustomField).into(),
                    other => other.clone(),
                });
            }
            setup.set(CUSTOM_FIELDS, Json::Array(own));
        }
        setup
    }

    /// An object whose members of this kind have our own names in place of the caller's. Other
    /// members stay as they are, but for one that has such a name of ours and so means something
    /// else.
    fn own(&self, object: &Object, of: Kind) -> Object {
        let mut own = object.clone();
        for (_, wire) in self.of(of) {
            own.remove(wire);
        }
        for (name, wire) in self.of(of) {
            if let Some(value) = object.get(wire) {
                own.set(name, value.clone());
            }
        }
        own
    }

    /// The caller's names of one kind: ours, and the caller's.
    fn of(&self, of: Kind) -> impl Iterator<Item = (&'static str, &String)> {
        self.0.iter().filter_map(move |(index, wire)| {
            let (_, kind, own) = TABLE.get(*index)?;
            (*kind == of).then_some((*own, wire))
        })
    }
}

/// No dots, escapes, schemes or empty segments: nothing that a URL parser would resolve to another
/// place.
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

    fn object(text: &str) -> Object {
        Json::parse(text).unwrap().as_object().unwrap().clone()
    }

    fn names(text: &str) -> Names {
        Names::from_json(&object(text)).unwrap()
    }

    #[test]
    fn name_is_found_by_its_own_key() {
        for ((key, kind, default), name) in TABLE.iter().zip(ALL) {
            let other = if *kind == Kind::Method { "PUT" } else { "Other" };
            let names = Names::from_json(&Object::new().with(key, other)).unwrap();
            for known in ALL {
                let expected = if known == name { other } else { known.own() };
                assert_eq!(names.get(*known), expected, "{key}");
            }
            assert_eq!(name.own(), *default);
        }
        assert_eq!(Names::default().get(Name::MergePath), "Customers/Merge");
        assert_eq!(Names::default().get(Name::HasDeclinedEmail), "HasDeclinedEmail");
    }

    #[test]
    fn name_of_an_unknown_key_or_of_another_kind_is_refused() {
        for names in [
            Object::new().with("mergepath", "Customers/Merge"),
            Object::new().with("mergePath", 1),
            Object::new().with("mergeMethod", "DELETE"),
            Object::new().with("customerIds", ""),
            Object::new().with("customerIds", "a[b]"),
        ] {
            assert!(Names::from_json(&names).is_err(), "{}", names.to_text());
        }
    }

    #[test]
    fn names_give_a_setup_our_own_names() {
        for (given, setup, expected) in [
            (
                "{}",
                r#"{"Name":"Oak","CustomFields":[{"Name":"Field1","X":1}],"LegalDrinkingAge":18,"X":[]}"#,
                r#"{"Name":"Oak","CustomFields":[{"Name":"Field1","X":1}],"LegalDrinkingAge":18,"X":[]}"#,
            ),
            (
                r#"{"setupLegalDrinkingAge":"MinimumAge","setupCustomFields":"Questions",
                    "customFieldName":"Key","customFieldLabel":"Text","customFieldIsRequired":"Must",
                    "setupGroupEmailText":"Words"}"#,
                r#"{"MinimumAge":18,"Words":"By e-mail","Key":1,
                    "Questions":[{"Key":"Field1","Text":"Diet","Must":true,"X":1},7]}"#,
                r#"{"Key":1,"LegalDrinkingAge":18,"CustomFields":[{"X":1,"Name":"Field1","Label":"Diet","IsRequired":true},7],"GroupEmailMarketingOptInText":"By e-mail"}"#,
            ),
            // Two names that are each other's.
            (
                r#"{"setupName":"MicrositeName","setupMicrositeName":"Name"}"#,
                r#"{"Name":"oak","MicrositeName":"The Oak"}"#,
                r#"{"Name":"The Oak","MicrositeName":"oak"}"#,
            ),
            // A member that is called by one of our names and means something else.
            (
                r#"{"setupName":"DisplayName"}"#,
                r#"{"Name":"oak_1","DisplayName":"The Oak"}"#,
                r#"{"Name":"The Oak"}"#,
            ),
            (
                r#"{"setupCustomFields":"Questions"}"#,
                r#"{"Questions":null}"#,
                r#"{"CustomFields":null}"#,
            ),
        ] {
            assert_eq!(names(given).setup(&object(setup)).to_text(), expected, "{given}");
        }
    }

    #[test]
    fn names_give_a_customer_our_own_names() {
        let names = names(r#"{"hasDeclinedEmail":"NoEmail","setupName":"Surname"}"#);
        let customer = object(r#"{"NoEmail":true,"Surname":"Lee"}"#);
        assert_eq!(
            names.customer(&customer).to_text(),
            r#"{"Surname":"Lee","HasDeclinedEmail":true}"#
        );
    }

    #[test]
    fn names_of_a_setup_are_members_of_its_record() {
        use crate::customer::{CustomField, CustomerSetup};
        for (of, members) in
            [(Kind::Setup, CustomerSetup::MEMBERS), (Kind::CustomField, CustomField::MEMBERS)]
        {
            for (key, _, own) in TABLE.iter().filter(|(_, kind, _)| *kind == of) {
                assert!(members.iter().any(|(member, _)| member == own), "{key}");
            }
        }
    }

    #[test]
    fn name_of_a_path_cannot_lead_elsewhere() {
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
            assert!(Names::from_json(&names).is_err(), "{path}");
        }
    }
}
