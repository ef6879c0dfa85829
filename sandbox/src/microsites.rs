//! For the developer of a form: the restaurants, and the setup of each.

use serde_json::{Value, json};

/// A restaurant. Those of one group share their customers.
#[derive(Debug)]
pub(crate) struct Microsite {
    pub(crate) name: &'static str,
    pub(crate) group: i64,
    /// The custom fields that this restaurant has configured, with their labels.
    custom_fields: &'static [CustomField],
    setup: fn() -> Value,
}

#[derive(Debug)]
struct CustomField {
    name: &'static str,
    label: &'static str,
    required: bool,
}

impl Microsite {
    /// The answer to `getCustomerSetup`.
    pub(crate) fn setup(&self) -> Value {
        let mut setup = (self.setup)();
        let fields: Vec<Value> = self
            .custom_fields
            .iter()
            .map(|field| {
                json!({ "Name": field.name, "Label": field.label, "IsRequired": field.required })
            })
            .collect();
        if let Some(members) = setup.as_object_mut() {
            members.insert("MicrositeName".to_owned(), self.name.into());
            members.insert("CustomFields".to_owned(), fields.into());
        }
        setup
    }

    /// Whether `field` (`Field1` to `Field5`) can be set through this restaurant.
    pub(crate) fn configures(&self, field: &str) -> bool {
        self.custom_fields.iter().any(|configured| configured.name == field)
    }
}

/// The microsite of this name, compared exactly.
pub(crate) fn find(name: &str) -> Option<&'static Microsite> {
    MICROSITES.iter().find(|site| site.name == name)
}

static MICROSITES: [Microsite; 3] = [
    Microsite { name: "oak-and-salt", group: 1, custom_fields: &[], setup: oak_and_salt },
    Microsite {
        name: "harbour-room",
        group: 1,
        custom_fields: &[
            CustomField { name: "Field1", label: "Dietary needs", required: false },
            CustomField { name: "Field2", label: "How did you hear about us?", required: true },
        ],
        setup: harbour_room,
    },
    Microsite { name: "little-lantern", group: 2, custom_fields: &[], setup: little_lantern },
];

const GROUP_1_OPT_IN_TEXT: &str =
    "I would like to receive news and offers from <strong>Harbour &amp; Oak Group</strong> by:";
const OAK_AND_SALT_OPT_IN_TEXT: &str =
    "I would like to receive news and offers from <strong>Oak &amp; Salt</strong> by:";

fn oak_and_salt() -> Value {
    json!({
        "Name": "Oak & Salt",
        "Titles": ["Mr", "Mrs", "Ms", "Miss", "Mx", "Dr"],
        "CustomerCodes": [
            { "Id": 11, "Name": "Regular" },
            { "Id": 12, "Name": "Window table" },
            { "Id": 13, "Name": "Local press" },
        ],
        "CustomerTypes": [{ "Id": 1, "Name": "Guest" }, { "Id": 2, "Name": "Corporate" }],
        "GroupEmailMarketingOptInText": GROUP_1_OPT_IN_TEXT,
        "GroupSmsMarketingOptInText": GROUP_1_OPT_IN_TEXT,
        "RestaurantEmailMarketingOptInText": OAK_AND_SALT_OPT_IN_TEXT,
        "RestaurantSmsMarketingOptInText": OAK_AND_SALT_OPT_IN_TEXT,
        "LegalDrinkingAge": 18,
    })
}

fn harbour_room() -> Value {
    json!({
        "Name": "The Harbour Room",
        "Titles": ["Mr", "Mrs", "Ms", "Mx"],
        "CustomerCodes": [{ "Id": 21, "Name": "Berth holder" }],
        "CustomerTypes": [{ "Id": 1, "Name": "Guest" }],
        "GroupEmailMarketingOptInText": GROUP_1_OPT_IN_TEXT,
        "GroupSmsMarketingOptInText": GROUP_1_OPT_IN_TEXT,
        "RestaurantEmailMarketingOptInText": null,
        "RestaurantSmsMarketingOptInText": null,
        "LegalDrinkingAge": 18,
    })
}

fn little_lantern() -> Value {
    json!({
        "Name": "Little Lantern",
        "Titles": [],
        "CustomerCodes": [],
        "CustomerTypes": [],
        "GroupEmailMarketingOptInText": null,
        "GroupSmsMarketingOptInText": null,
        "RestaurantEmailMarketingOptInText": null,
        "RestaurantSmsMarketingOptInText": null,
        "LegalDrinkingAge": null,
    })
}
