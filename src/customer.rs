//! The remote API's records as Rust types, for Rust users: each member with its meaning and with
//! how sure we are of it. The TypeScript types of the records (`pkg/types/index.d.ts`) are made
//! from the same table.
//!
//! The client itself works on [`Object`], which loses nothing; these types are read from one and
//! written to one. serde reads and writes them as JSON too, but rounds or refuses a number that it
//! cannot carry (above 2^64, or with more digits than an `f64` has): read such texts with
//! [`Json::parse`].

use core::fmt;

use crate::json::{Json, Object};

/// How sure we are of a member's name and type. Its meaning may be known better than its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// The vendor's documentation says so.
    Documented,
    /// Seen in answers, or in public code that calls the API.
    Observed,
    /// Our best guess. See also [`crate::names`].
    Assumed,
}

/// A record as `pkg/types/index.d.ts` shows it.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) struct RecordFacts {
    /// The record's name.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) about: &'static str,
    /// In the order they are written.
    pub(crate) members: &'static [MemberFacts],
}

/// A member as `pkg/types/index.d.ts` shows it.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) struct MemberFacts {
    /// The wire name.
    pub(crate) name: &'static str,
    /// The Rust type, such as `Option<String>`.
    pub(crate) of: &'static str,
    /// What it means.
    pub(crate) about: &'static str,
}

/// A member is missing, or its value is of another type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberError {
    /// The type that was read.
    pub record: &'static str,
    /// The member's wire name.
    pub member: &'static str,
}

impl fmt::Display for MemberError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "correct {} of {}: it is missing or of another type",
            self.member, self.record
        )
    }
}

impl core::error::Error for MemberError {}

macro_rules! records {
    ($($(#[doc = $about:literal])* $record:ident {
        $($(#[doc = $doc:literal])* $confidence:ident $wire:ident $name:ident: $type:ty,)*
    })*) => {$(
        $(#[doc = $about])*
        #[derive(Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "Object", into = "Object")]
        pub struct $record {
            $(
                $(#[doc = $doc])*
                #[doc = concat!("\n\n`", stringify!($wire), "`, ", stringify!($confidence), ".")]
                pub $name: $type,
            )*
            /// Members that this type does not know. They are kept as they came, and written back.
            pub unknown: Object,
        }

        impl $record {
            /// The wire names, in the order they are written, and how sure we are of each.
            pub const MEMBERS: &'static [(&'static str, Confidence)] =
                &[$((stringify!($wire), Confidence::$confidence),)*];

            #[cfg(not(target_arch = "wasm32"))]
            #[allow(dead_code, reason = "of the records that JavaScript does not see")]
            pub(crate) const FACTS: RecordFacts = RecordFacts {
                name: stringify!($record),
                about: concat!($($about),*),
                members: &[$(MemberFacts {
                    name: stringify!($wire),
                    of: stringify!($type),
                    about: concat!($($doc),*),
                },)*],
            };
        }

        impl TryFrom<Object> for $record {
            type Error = MemberError;

            /// Reads a record. A member that is `null` counts as absent.
            fn try_from(mut object: Object) -> Result<Self, MemberError> {
                Ok(Self {
                    $($name: member(&mut object, stringify!($record), stringify!($wire))?,)*
                    unknown: object,
                })
            }
        }

        impl From<$record> for Object {
            /// Writes the record. A member that is `None` is left out.
            fn from(record: $record) -> Object {
                let mut object = Object::new();
                $(if let Some(value) = record.$name.write() {
                    object.set(stringify!($wire), value);
                })*
                for (name, value) in record.unknown.iter() {
                    object.set(name, value.clone());
                }
                object
            }
        }

        /// Shows which members have a value, but no value: it may be personal data.
        impl fmt::Debug for $record {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($record), " { "))?;
                $(if self.$name.is_there() {
                    formatter.write_str(concat!(stringify!($wire), ", "))?;
                })*
                for (name, _) in self.unknown.iter() {
                    write!(formatter, "{name}, ")?;
                }
                formatter.write_str(".. }")
            }
        }

        impl Member for $record {
            fn read(value: Json) -> Option<Self> {
                match value {
                    Json::Object(object) => object.try_into().ok(),
                    _ => None,
                }
            }

            fn write(self) -> Option<Json> {
                Some(Json::Object(self.into()))
            }
        }
    )*};
}

records! {
    /// A customer, as the API returns it. Customers are shared by all restaurants of a group.
    Customer {
        /// The customer's Id, unique within the group.
        Documented Id id: i32,
        /// How the customer is addressed: free text.
        Documented Title title: Option<String>,
        /// Given name.
        Documented FirstName first_name: Option<String>,
        /// Family name.
        Documented Surname surname: Option<String>,
        /// Company.
        Documented Company company: Option<String>,
        /// Department in the company.
        Documented Department department: Option<String>,
        /// E-mail address.
        Documented Email email: Option<String>,
        /// Calling code of the mobile number, such as 44; 0 where there is no number.
        Documented MobileCountryCode mobile_country_code: Option<i32>,
        /// Mobile number: the national number, without trunk prefix.
        Documented Mobile mobile: Option<String>,
        /// Calling code of the landline number; 0 where there is no number.
        Documented PhoneCountryCode phone_country_code: Option<i32>,
        /// Landline number: the national number, without trunk prefix.
        Documented Phone phone: Option<String>,
        /// Whether the customer is of special importance to the restaurant.
        Documented IsVip is_vip: Option<bool>,
        /// Consent to e-mail marketing by the group.
        Observed ReceiveEmailMarketing receive_email_marketing: Option<bool>,
        /// Consent to marketing by text message by the group.
        Observed ReceiveSmsMarketing receive_sms_marketing: Option<bool>,
        /// The staff's notes on the customer. Lines end in CRLF.
        Observed Comments comments: Option<String>,
        /// Birthday: a calendar date, written as midnight without a zone.
        Observed Birthday birthday: Option<String>,
        /// Anniversary: a calendar date, written as midnight without a zone.
        Observed Anniversary anniversary: Option<String>,
        /// Whether the customer is old enough to drink alcohol where the restaurant is.
        Observed IsDrinkingAge is_drinking_age: Option<bool>,
        /// Number or name of a membership.
        Observed MembershipId membership_id: Option<String>,
        /// First custom field, where the restaurant has configured it.
        Observed Field1 field1: Option<String>,
        /// Second custom field.
        Observed Field2 field2: Option<String>,
        /// Third custom field.
        Observed Field3 field3: Option<String>,
        /// Fourth custom field.
        Observed Field4 field4: Option<String>,
        /// Fifth custom field.
        Observed Field5 field5: Option<String>,
        /// Whether the customer is barred from booking.
        Observed IsBlocked is_blocked: Option<bool>,
        /// Ids of the restaurant's codes that mark the customer.
        Observed CustomerCodes customer_codes: Option<Vec<i32>>,
        /// When the record was created: an instant, UTC where it names no zone.
        Observed CreatedDateTime created_date_time: Option<String>,
        /// The wording that the consent to the group's e-mail was given to. May hold HTML.
        Observed GroupEmailMarketingOptInText group_email_marketing_opt_in_text: Option<String>,
        /// The wording that the consent to the group's text messages was given to. May hold HTML.
        Observed GroupSmsMarketingOptInText group_sms_marketing_opt_in_text: Option<String>,
        /// Consent to e-mail marketing by this restaurant.
        Observed ReceiveRestaurantEmailMarketing receive_restaurant_email_marketing: Option<bool>,
        /// Consent to marketing by text message by this restaurant.
        Observed ReceiveRestaurantSmsMarketing receive_restaurant_sms_marketing: Option<bool>,
        /// The wording that the consent to the restaurant's e-mail was given to. May hold HTML.
        Observed RestaurantEmailMarketingOptInText restaurant_email_marketing_opt_in_text: Option<String>,
        /// The wording that the consent to the restaurant's text messages was given to. May hold
        /// HTML.
        Observed RestaurantSmsMarketingOptInText restaurant_sms_marketing_opt_in_text: Option<String>,
        /// The customer's account on the vendor's portal.
        Assumed PortalUserId portal_user_id: Option<i32>,
        /// Whether the customer declined to give an e-mail address.
        Assumed HasDeclinedEmail has_declined_email: Option<bool>,
        /// The restaurant's rank of the customer.
        Observed Rank rank: Option<i32>,
        /// Postal address.
        Observed Address address: Option<Address>,
        /// One of the restaurant's own types of customers.
        Observed CustomerType customer_type: Option<CustomerType>,
    }

    /// What a create or an update sends. An update clears every member that is left out.
    CustomerRequest {
        /// How the customer is addressed: free text.
        Documented Title title: Option<String>,
        /// Given name.
        Documented FirstName first_name: Option<String>,
        /// Family name. Whether the API insists on it is not known; our rules do.
        Documented Surname surname: Option<String>,
        /// Company.
        Documented Company company: Option<String>,
        /// Department in the company.
        Documented Department department: Option<String>,
        /// E-mail address. The API insists on it.
        Documented Email email: Option<String>,
        /// Calling code of the mobile number, such as 44.
        Documented MobileCountryCode mobile_country_code: Option<i32>,
        /// Mobile number: the national number, without trunk prefix. The API insists on this one or
        /// a landline.
        Documented Mobile mobile: Option<String>,
        /// Calling code of the landline number.
        Documented PhoneCountryCode phone_country_code: Option<i32>,
        /// Landline number: the national number, without trunk prefix.
        Documented Phone phone: Option<String>,
        /// Whether the customer is of special importance to the restaurant.
        Documented IsVip is_vip: Option<bool>,
        /// Consent to e-mail marketing by the group.
        Observed ReceiveEmailMarketing receive_email_marketing: Option<bool>,
        /// Consent to marketing by text message by the group.
        Observed ReceiveSmsMarketing receive_sms_marketing: Option<bool>,
        /// The staff's notes. The API appends them to those of the record unless `CustomerOptions`
        /// says otherwise; this package's client says so unless the request does.
        Observed Comments comments: Option<String>,
        /// Birthday: a calendar date, never an instant, as `YYYY-MM-DDT00:00:00`.
        Observed Birthday birthday: Option<String>,
        /// Anniversary: a calendar date, never an instant, as `YYYY-MM-DDT00:00:00`.
        Observed Anniversary anniversary: Option<String>,
        /// Whether the customer is old enough to drink alcohol where the restaurant is.
        Observed IsDrinkingAge is_drinking_age: Option<bool>,
        /// Number or name of a membership.
        Observed MembershipId membership_id: Option<String>,
        /// First custom field. The API drops it where the restaurant has not configured it.
        Observed Field1 field1: Option<String>,
        /// Second custom field.
        Observed Field2 field2: Option<String>,
        /// Third custom field.
        Observed Field3 field3: Option<String>,
        /// Fourth custom field.
        Observed Field4 field4: Option<String>,
        /// Fifth custom field.
        Observed Field5 field5: Option<String>,
        /// Ids of the restaurant's codes that mark the customer.
        Observed CustomerCodes customer_codes: Option<Vec<i32>>,
        /// IP address of the device that the record is created from: part of the proof of consent.
        Assumed IpAddress ip_address: Option<String>,
        /// Which of the restaurant's opt-in settings applies: `Online`, `Internal` or
        /// `MarketingOptInWidget`. Not sent by default.
        Assumed MarketingOptInSetting marketing_opt_in_setting: Option<String>,
        /// The wording that the consent to the group's e-mail was given to, as the Setup gave it.
        Observed GroupEmailMarketingOptInText group_email_marketing_opt_in_text: Option<String>,
        /// The wording that the consent to the group's text messages was given to, as the Setup
        /// gave it.
        Observed GroupSmsMarketingOptInText group_sms_marketing_opt_in_text: Option<String>,
        /// Consent to e-mail marketing by this restaurant.
        Observed ReceiveRestaurantEmailMarketing receive_restaurant_email_marketing: Option<bool>,
        /// Consent to marketing by text message by this restaurant.
        Observed ReceiveRestaurantSmsMarketing receive_restaurant_sms_marketing: Option<bool>,
        /// The wording that the consent to the restaurant's e-mail was given to, as the Setup gave
        /// it.
        Observed RestaurantEmailMarketingOptInText restaurant_email_marketing_opt_in_text: Option<String>,
        /// The wording that the consent to the restaurant's text messages was given to, as the
        /// Setup gave it.
        Observed RestaurantSmsMarketingOptInText restaurant_sms_marketing_opt_in_text: Option<String>,
        /// How strictly the API checks the request. Left out, `Normal`.
        Assumed CustomerValidationType customer_validation_type: Option<String>,
        /// One of the restaurant's own types of customers.
        Observed CustomerType customer_type: Option<CustomerType>,
        /// Postal address.
        Observed Address address: Option<Address>,
        /// What the API should do with members of this request.
        Observed CustomerOptions customer_options: Option<CustomerOptions>,
    }

    /// What the remote API should do with a request's members.
    CustomerOptions {
        /// True: the comments are appended to those that the record has, after a line break. False:
        /// they replace them. Left out, the API appends; this package's client then sends false.
        Observed AppendComments append_comments: Option<bool>,
    }

    /// A postal address.
    Address {
        /// House name or number.
        Observed House house: Option<String>,
        /// Street.
        Observed Street street: Option<String>,
        /// Town.
        Observed Town town: Option<String>,
        /// County or region.
        Observed CountyRegion county_region: Option<String>,
        /// Country, as free text.
        Observed Country country: Option<String>,
        /// Postal code.
        Observed Postcode postcode: Option<String>,
    }

    /// One of the restaurant's own types of customers.
    CustomerType {
        /// Its Id.
        Observed Id id: Option<i32>,
        /// Its name.
        Observed Name name: Option<String>,
    }

    /// One of the restaurant's codes for marking customers.
    CustomerCode {
        /// Its Id, as a customer's `CustomerCodes` lists it.
        Observed Id id: Option<i32>,
        /// Its name.
        Observed Name name: Option<String>,
    }

    /// A custom field that the restaurant has configured.
    CustomField {
        /// `Field1` to `Field5`.
        Assumed Name name: Option<String>,
        /// What the restaurant calls it.
        Assumed Label label: Option<String>,
        /// Whether it must be given.
        Assumed IsRequired is_required: Option<bool>,
    }

    /// What a restaurant asks of its customers. Every member's name is a guess about the remote
    /// API, so that all are optional.
    CustomerSetup {
        /// The restaurant's name in the API's paths.
        Assumed MicrositeName microsite_name: Option<String>,
        /// The restaurant's name as guests know it.
        Assumed Name name: Option<String>,
        /// Titles to choose from. A title stays free text.
        Assumed Titles titles: Option<Vec<String>>,
        /// The restaurant's codes.
        Assumed CustomerCodes customer_codes: Option<Vec<CustomerCode>>,
        /// The restaurant's types of customers.
        Assumed CustomerTypes customer_types: Option<Vec<CustomerType>>,
        /// The custom fields that exist.
        Assumed CustomFields custom_fields: Option<Vec<CustomField>>,
        /// The wording of the consent to the group's e-mail. May hold HTML: show it with
        /// `optInNodes`, send it unchanged.
        Assumed GroupEmailMarketingOptInText group_email_marketing_opt_in_text: Option<String>,
        /// The wording of the consent to the group's text messages. May hold HTML, as above.
        Assumed GroupSmsMarketingOptInText group_sms_marketing_opt_in_text: Option<String>,
        /// The wording of the consent to the restaurant's e-mail. May hold HTML, as above.
        Assumed RestaurantEmailMarketingOptInText restaurant_email_marketing_opt_in_text: Option<String>,
        /// The wording of the consent to the restaurant's text messages. May hold HTML, as above.
        Assumed RestaurantSmsMarketingOptInText restaurant_sms_marketing_opt_in_text: Option<String>,
        /// The age from which a guest may drink alcohol, in years.
        Assumed LegalDrinkingAge legal_drinking_age: Option<i32>,
        /// The time zone where the restaurant is, by its IANA name such as `Europe/London`. The
        /// rules ignore a name that the platform does not know.
        Assumed TimeZone time_zone: Option<String>,
    }

    /// What a merge sends.
    MergeRequest {
        /// Id of the customer that stays.
        Assumed MasterCustomerId master_customer_id: i32,
        /// Ids of the customers that are merged into it: 1 to 10, without the one that stays.
        Assumed CustomerIds customer_ids: Vec<i32>,
    }

    /// What an unsubscription sends.
    UnsubscribeRequest {
        /// Ids of the customers.
        Assumed CustomerIds customer_ids: Vec<i32>,
        /// IP address of the device that unsubscribes.
        Assumed IpAddress ip_address: Option<String>,
        /// What they are unsubscribed from: `Email`, `Sms` or `All`.
        Assumed MarketingCommunicationMode marketing_communication_mode: Option<String>,
    }

    /// What a scheduled deletion sends.
    DeletionRequest {
        /// Ids of the customers.
        Assumed CustomerIds customer_ids: Vec<i32>,
    }

    /// The answer to a scheduled deletion. Only the customers that it lists as deleted will be.
    DeletionOutcome {
        /// Ids of the customers that are scheduled for deletion.
        Assumed DeletedCustomerIds deleted_customer_ids: Option<Vec<i32>>,
        /// Ids of the customers that stay. The API gives no reason.
        Assumed SkippedCustomerIds skipped_customer_ids: Option<Vec<i32>>,
    }
}

/// The value of a member, from JSON and to JSON.
trait Member: Sized {
    fn read(value: Json) -> Option<Self>;
    /// `None` for a member that is left out.
    fn write(self) -> Option<Json>;
    /// The value of a member that is absent; `None` where the member must be there.
    fn missing() -> Option<Self> {
        None
    }
    fn is_there(&self) -> bool {
        true
    }
}

fn member<T: Member>(
    object: &mut Object,
    record: &'static str,
    member: &'static str,
) -> Result<T, MemberError> {
    match object.remove(member) {
        None | Some(Json::Null) => T::missing(),
        Some(value) => T::read(value),
    }
    .ok_or(MemberError { record, member })
}

impl<T: Member> Member for Option<T> {
    fn read(value: Json) -> Option<Self> {
        T::read(value).map(Some)
    }

    fn write(self) -> Option<Json> {
        self.and_then(T::write)
    }

    fn missing() -> Option<Self> {
        Some(None)
    }

    fn is_there(&self) -> bool {
        self.is_some()
    }
}

impl<T: Member> Member for Vec<T> {
    fn read(value: Json) -> Option<Self> {
        match value {
            Json::Array(items) => items.into_iter().map(T::read).collect(),
            _ => None,
        }
    }

    fn write(self) -> Option<Json> {
        Some(Json::Array(self.into_iter().filter_map(T::write).collect()))
    }
}

impl Member for String {
    fn read(value: Json) -> Option<Self> {
        match value {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    fn write(self) -> Option<Json> {
        Some(Json::String(self))
    }
}

impl Member for bool {
    fn read(value: Json) -> Option<Self> {
        match value {
            Json::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    fn write(self) -> Option<Json> {
        Some(self.into())
    }
}

impl Member for i32 {
    /// Reads a number, or a text with one: some proxies make text of numbers.
    fn read(value: Json) -> Option<Self> {
        value.as_i32()
    }

    fn write(self) -> Option<Json> {
        Some(self.into())
    }
}
