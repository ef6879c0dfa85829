//! The rule table: one row for each field that a caller may write, in form order.
//!
//! The checks, the gateway's list of what a guest may write, the widget's markup and JavaScript's
//! `fields()` are all read from this table. A row that is deleted here is gone everywhere.

use crate::names;
use crate::scan;

/// One field of a customer request.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The wire name, dotted where it is nested: `Surname`, `Address.Postcode`.
    pub name: &'static str,
    /// What its value is, which decides its rule.
    pub kind: Kind,
    /// Who may write it.
    pub writer: Writer,
    /// When it must be given.
    pub required: Required,
    /// What a page that asks for it needs to know. JavaScript reads that as data which is made
    /// natively (`crate::script`), so that no WebAssembly module carries it.
    #[cfg(not(target_arch = "wasm32"))]
    pub page: Page,
}

/// What a field's value is, with what its rule needs to know of other fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text (`rules::text`).
    Line {
        /// The longest text, in Unicode code points.
        max: u32,
    },
    /// Text with line breaks (`rules::text`).
    Text {
        /// The longest text, in Unicode code points.
        max: u32,
    },
    /// The wording that a consent was given to: sent byte for byte as the Setup gave it.
    Verbatim {
        /// The longest text, in Unicode code points.
        max: u32,
    },
    /// A valid e-mail address by the HTML standard, at most [`EMAIL_MAX_LENGTH`] characters
    /// (`rules::email`).
    Email,
    /// The calling code of a phone pair; an int32 on the wire. It is checked with its number.
    CallingCode,
    /// The national number of a phone pair; a text on the wire (`rules::phone::pair`).
    Phone {
        /// Name of the field with the pair's calling code.
        calling_code: &'static str,
        /// True where a mobile number is asked for.
        mobile: bool,
    },
    /// Yes or no (`rules::flag`).
    Flag,
    /// A marketing consent. A yes counts only with the wording that was shown, in the field `text`
    /// (`rules::consent`).
    Consent {
        /// Name of the field with the wording.
        text: &'static str,
    },
    /// Whether the guest is of drinking age. It follows from the birthday where that, today's date
    /// and the drinking age are known.
    OfAge {
        /// Name of the field with the birthday.
        birthday: &'static str,
    },
    /// A calendar date that has passed (`rules::date`).
    Date,
    /// Distinct Ids above 0 (`rules::codes`).
    Codes,
    /// An IPv4 or IPv6 address (`rules::ip`).
    Ip,
    /// A value of one of the remote API's enumerations. Any line of text is accepted, since the API
    /// may have values that are unknown to us.
    Choice,
    /// `{Id, Name}` from the restaurant's list (`rules::customer_type`).
    CustomerType,
}

/// Who may write a field. The operator of a gateway can change that for the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The guest, and staff.
    Guest,
    /// Staff only.
    Staff,
    /// The gateway, which knows the value from the request itself; and staff.
    Gateway,
}

/// When a field must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    /// In every request.
    Always,
    /// Never.
    Never,
    /// At least one of the fields with this mark must be given: the remote API wants a mobile or a
    /// landline number.
    OneOf,
}

/// What only a page needs to know of a field; a text is empty where there is nothing to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The `type` of its `<input>`.
    pub input: &'static str,
    /// The `autocomplete` token (HTML standard, "Autofill").
    pub autocomplete: &'static str,
    /// The `inputmode`.
    pub inputmode: &'static str,
    /// The Setup's member that lists the texts to choose from.
    pub choices: &'static str,
    /// Of a marketing consent: whose news it is for.
    pub owner: Option<Owner>,
}

/// Who sends the news that a guest consents to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The group that the restaurant belongs to.
    Group,
    /// The restaurant itself.
    Restaurant,
}

const NONE: Page = html("", "", "");

const fn html(input: &'static str, autocomplete: &'static str, inputmode: &'static str) -> Page {
    Page { input, autocomplete, inputmode, choices: "", owner: None }
}

#[cfg_attr(target_arch = "wasm32", expect(unused_variables, reason = "pages are JavaScript's"))]
const fn row(name: &'static str, kind: Kind, writer: Writer, page: Page) -> Field {
    Field {
        name,
        kind,
        writer,
        required: Required::Never,
        #[cfg(not(target_arch = "wasm32"))]
        page,
    }
}

const fn line(name: &'static str, max: u32, writer: Writer, autocomplete: &'static str) -> Field {
    row(name, Kind::Line { max }, writer, html("text", autocomplete, ""))
}

const fn required(required: Required, field: Field) -> Field {
    Field { required, ..field }
}

const fn consent(name: &'static str, text: &'static str, owner: Owner) -> Field {
    let page = Page { owner: Some(owner), ..html("checkbox", "", "") };
    row(name, Kind::Consent { text }, Writer::Guest, page)
}

const fn wording(name: &'static str) -> Field {
    row(name, Kind::Verbatim { max: 4000 }, Writer::Guest, NONE)
}

use Writer::{Gateway, Guest, Staff};

/// The rule table. The remote API states no length limits: those here are ours, and
/// `options.limits` overrides them. Code reads the table through [`rows`], so that tests can change
/// it.
pub const FIELDS: &[Field] = if cfg!(feature = "programs") { ALL } else { &of_guests() };

const ALL: &[Field] = &[
    row(
        "Title",
        Kind::Line { max: 20 },
        Guest,
        Page { choices: names::TITLES, ..html("text", "honorific-prefix", "") },
    ),
    line("FirstName", 100, Guest, "given-name"),
    required(Required::Always, line("Surname", 100, Guest, "family-name")),
    line("Company", 100, Guest, "organization"),
    line("Department", 100, Staff, ""),
    required(Required::Always, row("Email", Kind::Email, Guest, html("email", "email", "email"))),
    row("MobileCountryCode", Kind::CallingCode, Guest, html("", "tel-country-code", "")),
    required(
        Required::OneOf,
        row(
            "Mobile",
            Kind::Phone { calling_code: "MobileCountryCode", mobile: true },
            Guest,
            html("tel", "tel-national", "tel"),
        ),
    ),
    row("PhoneCountryCode", Kind::CallingCode, Guest, html("", "home tel-country-code", "")),
    required(
        Required::OneOf,
        row(
            "Phone",
            Kind::Phone { calling_code: "PhoneCountryCode", mobile: false },
            Guest,
            html("tel", "home tel-national", "tel"),
        ),
    ),
    row("Birthday", Kind::Date, Guest, html("date", "bday", "")),
    row("Anniversary", Kind::Date, Guest, html("date", "", "")),
    row("IsDrinkingAge", Kind::OfAge { birthday: "Birthday" }, Guest, html("checkbox", "", "")),
    // Browsers keep the street with its number as the first line, and a flat or a house's name as the
    // second.
    line("Address.House", 100, Guest, "address-line2"),
    line("Address.Street", 100, Guest, "address-line1"),
    line("Address.Town", 100, Guest, "address-level2"),
    line("Address.CountyRegion", 100, Guest, "address-level1"),
    line("Address.Country", 100, Guest, "country-name"),
    line("Address.Postcode", 20, Guest, "postal-code"),
    line("Field1", 250, Guest, ""),
    line("Field2", 250, Guest, ""),
    line("Field3", 250, Guest, ""),
    line("Field4", 250, Guest, ""),
    line("Field5", 250, Guest, ""),
    consent("ReceiveEmailMarketing", names::GROUP_EMAIL_TEXT, Owner::Group),
    wording(names::GROUP_EMAIL_TEXT),
    consent("ReceiveSmsMarketing", names::GROUP_SMS_TEXT, Owner::Group),
    wording(names::GROUP_SMS_TEXT),
    consent("ReceiveRestaurantEmailMarketing", names::RESTAURANT_EMAIL_TEXT, Owner::Restaurant),
    wording(names::RESTAURANT_EMAIL_TEXT),
    consent("ReceiveRestaurantSmsMarketing", names::RESTAURANT_SMS_TEXT, Owner::Restaurant),
    wording(names::RESTAURANT_SMS_TEXT),
    row("IsVip", Kind::Flag, Staff, html("checkbox", "", "")),
    row("Comments", Kind::Text { max: 2000 }, Staff, NONE),
    line("MembershipId", 100, Staff, ""),
    row("CustomerCodes", Kind::Codes, Staff, NONE),
    row("CustomerType", Kind::CustomerType, Staff, NONE),
    row("CustomerValidationType", Kind::Choice, Staff, NONE),
    row("IpAddress", Kind::Ip, Gateway, NONE),
    row("MarketingOptInSetting", Kind::Choice, Gateway, NONE),
];

/// The rows that a guest may write, which are all that a guest's module has.
#[allow(clippy::indexing_slicing, reason = "checked when it compiles")]
const fn of_guests() -> [Field; count_of_guests()] {
    let mut rows = [ALL[0]; count_of_guests()];
    let (mut place, mut count) = (0, 0);
    while place < ALL.len() {
        if matches!(ALL[place].writer, Guest) {
            rows[count] = ALL[place];
            count += 1;
        }
        place += 1;
    }
    rows
}

#[allow(clippy::indexing_slicing, reason = "checked when it compiles")]
const fn count_of_guests() -> usize {
    let (mut place, mut count) = (0, 0);
    while place < ALL.len() {
        count += matches!(ALL[place].writer, Guest) as usize;
        place += 1;
    }
    count
}

/// The longest e-mail address, in characters: RFC 5321 §4.5.3.1.3 allows a path of 256 with its
/// angle brackets.
pub const EMAIL_MAX_LENGTH: u32 = 254;

/// The member that holds the fields named `Address.…`.
pub const ADDRESS: &str = "Address";

/// The rows of the table, in form order.
#[cfg(not(test))]
pub const fn rows() -> &'static [Field] {
    FIELDS
}

#[cfg(test)]
pub(crate) use changed::rows;

/// The rule table with changes, for the tests of one thread.
#[cfg(test)]
pub(crate) mod changed {
    use std::cell::Cell;

    use super::{FIELDS, Field};

    thread_local! {
        static ROWS: Cell<&'static [Field]> = const { Cell::new(FIELDS) };
    }

    /// The rows of the table as this thread has changed them.
    pub(crate) fn rows() -> &'static [Field] {
        ROWS.get()
    }

    /// Runs `test` with other rows.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn with_rows<T>(rows: Vec<Field>, test: impl FnOnce() -> T) -> T {
        ROWS.set(Vec::leak(rows));
        let result = test();
        ROWS.set(FIELDS);
        result
    }
}

/// The index in the table of the field `name`; `None` for an unknown name.
pub fn position(name: &str) -> Option<usize> {
    Some(position_near(0, name)).filter(|place| *place < rows().len())
}

/// The index of the field `name`, searched from two rows before `index` on: fields that name each
/// other stand as close, and a search of the whole table takes longer than most rules. For an unknown
/// name, the number of rows.
pub(crate) fn position_near(index: usize, name: &str) -> usize {
    let first = index.saturating_sub(2);
    first + rows().iter().skip(first).take_while(|field| field.name != name).count()
}

/// The row of the field `name`; `None` for an unknown name.
pub fn field(name: &str) -> Option<&'static Field> {
    rows().iter().find(|field| field.name == name)
}

impl Field {
    /// The name of the part of the address: `Postcode` for `Address.Postcode`. `None` for a field
    /// that is not in the address.
    pub fn address_part(&self) -> Option<&'static str> {
        scan::split_once(self.name, b'.').map(|(_, part)| part)
    }

    /// True for `Field1` to `Field5`, which exist only where the restaurant has configured them.
    pub fn is_custom(&self) -> bool {
        self.name.starts_with("Field")
    }

    /// True where this field's rule reads the other field, so that a change there can change the
    /// issues here.
    pub fn reads(&self, other: &Field) -> bool {
        let named = match self.kind {
            Kind::Phone { calling_code, .. } => calling_code,
            Kind::Consent { text } => text,
            Kind::OfAge { birthday } => birthday,
            _ => "",
        };
        named == other.name
            || (self.required == Required::OneOf && other.required == Required::OneOf)
    }

    /// True where a change of this field can change the issues of the other.
    pub fn affects(&self, other: &Field) -> bool {
        self.name == other.name || self.reads(other) || other.reads(self)
    }

    /// The longest text, in Unicode code points; `None` for a kind without a limit of its own.
    pub fn max_length(&self) -> Option<u32> {
        match self.kind {
            Kind::Line { max } | Kind::Text { max } | Kind::Verbatim { max } => Some(max),
            Kind::Email => Some(EMAIL_MAX_LENGTH),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_distinct_names_and_valid_references() {
        for (index, row) in FIELDS.iter().enumerate() {
            assert_eq!(position(row.name), Some(index), "{} stands twice", row.name);
            let named = |name| FIELDS[position_near(index, name)].kind;
            match row.kind {
                Kind::Phone { calling_code, .. } => {
                    assert_eq!(named(calling_code), Kind::CallingCode);
                }
                Kind::OfAge { birthday } => assert_eq!(named(birthday), Kind::Date),
                Kind::Consent { text } => {
                    assert!(matches!(named(text), Kind::Verbatim { .. }));
                }
                _ => {}
            }
        }
    }

    #[test]
    fn fields_of_guests_are_these() {
        let staff_only: Vec<_> =
            FIELDS.iter().filter(|row| row.writer != Guest).map(|row| row.name).collect();
        assert_eq!(
            staff_only,
            [
                "Department",
                "IsVip",
                "Comments",
                "MembershipId",
                "CustomerCodes",
                "CustomerType",
                "CustomerValidationType",
                "IpAddress",
                "MarketingOptInSetting"
            ]
        );
    }

    /// What each face of the table shows of a company's name of four letters. JavaScript's
    /// `fields()`, the widget and the page without JavaScript read the rows of `fields_module`; the
    /// Standard Schema reads the check.
    #[cfg(all(feature = "gateway", not(target_arch = "wasm32")))]
    fn faces() -> [String; 6] {
        use crate::gateway::guest_fields::GuestFields;
        use crate::json::Object;
        use crate::{client, form, platform, reference, script};

        let typed = Object::new().with("Surname", "Lee").with("Company", "Acme");
        let checked = form::check(
            &form::Draft::from_object(&typed),
            &form::Options::default(),
            &platform::Native,
        );
        let of_company = checked.issues.iter().filter(|issue| issue.field == "Company");
        let codes: Vec<_> = of_company.map(|issue| issue.code.as_str()).collect();
        let data = script::fields_module();
        let start = data.find(r#"{"name":"Company""#);
        let row = start.map(|start| data[start..].split(r#",{"name""#).next().unwrap());
        let answer = r#"{"ValidationErrors":[{"PropertyName":"Company","ErrorMessage":"no"}]}"#;
        let refused = client::response::HttpResponse {
            status: 400,
            content_type: Some("application/json".into()),
            body: answer.into(),
            ..client::response::HttpResponse::default()
        };
        let error = client::response::accepted(&refused).unwrap_err();
        let page = reference::fields_page();
        [
            codes.join(" "),
            row.unwrap_or_default().to_owned(),
            format!("{}", GuestFields::default().not_writable(&typed).is_empty()),
            format!("{}", GuestFields::default().view(&typed).get("Company").is_some()),
            format!("{}", format!("{error:?}").contains("\"Company\"")),
            page.lines().find(|line| line.contains("`Company`")).unwrap_or_default().to_owned(),
        ]
    }

    #[test]
    #[cfg(all(feature = "gateway", not(target_arch = "wasm32")))]
    fn fields_that_are_changed_or_deleted_are_so_everywhere() {
        let place = position("Company").unwrap();
        let shown = |row: [&str; 6]| row.map(str::to_owned);
        assert_eq!(
            faces(),
            shown([
                "",
                r#"{"name":"Company","html":{"autocomplete":"organization"}}"#,
                "true",
                "true",
                "true",
                "| `Company` | text | 100 | guest, staff |  | `text` | `organization` |  |",
            ])
        );

        let mut changed = FIELDS.to_vec();
        changed[place] = line("Company", 3, Staff, "on");
        assert_eq!(
            changed::with_rows(changed, faces),
            shown([
                "too_long",
                r#"{"name":"Company","writableBy":"staff","maxLength":3,"html":{"autocomplete":"on"}}"#,
                "false",
                "false",
                "true",
                "| `Company` | text | 3 | staff |  | `text` | `on` |  |",
            ])
        );

        let mut deleted = FIELDS.to_vec();
        deleted.remove(place);
        assert_eq!(
            changed::with_rows(deleted, faces),
            shown(["", "", "false", "false", "false", ""])
        );
    }
}
