//! Which field a column is, by its header: the names that spreadsheets and other booking systems
//! give to fields, in the languages of the widget.
//!
//! A header that could be several fields names them all in [`NAMES`], and is then told and not
//! guessed: "Name" may be the surname or the whole name, and a consent to e-mails is either for the
//! restaurant or for its group.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::fields::{FIELDS, position, rows};

/// What a header means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning<'a> {
    /// No field that is known.
    Unknown,
    /// One field, by its name.
    Field(&'a str),
    /// One of several fields. Which one is not guessed.
    Unclear,
}

/// What a header means without a caller's map, whatever other columns there are.
pub fn meaning(header: &str) -> Meaning<'static> {
    match *Headers::new(&[]).fields(header) {
        [] => Meaning::Unknown,
        [only] => rows().get(only).map_or(Meaning::Unknown, |field| Meaning::Field(field.name)),
        _ => Meaning::Unclear,
    }
}

/// What the built-in table and the caller's map say of headers.
#[derive(Debug)]
pub(super) struct Headers<'m> {
    pub(super) map: &'m [(String, Option<usize>)],
    names: &'static Names,
}

/// The fields of each folded name.
type Names = BTreeMap<String, Vec<usize>>;

/// The table is folded once, not for each file.
static FOLDED: OnceLock<Names> = OnceLock::new();

fn folded_names() -> Names {
    let mut names = Names::new();
    let own = FIELDS.iter().enumerate().map(|(index, row)| (index, row.name));
    let others = NAMES.iter().flat_map(|(fields, texts)| {
        let fields = fields.split(' ').filter_map(position);
        let texts = texts.iter().flat_map(|(_, texts)| texts.split(" | "));
        fields.flat_map(move |field| texts.clone().map(move |text| (field, text)))
    });
    for (field, name) in own.chain(others) {
        let fields = names.entry(fold(name)).or_default();
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    names
}

impl<'m> Headers<'m> {
    pub(super) fn new(map: &'m [(String, Option<usize>)]) -> Self {
        Self { map, names: FOLDED.get_or_init(folded_names) }
    }

    /// The fields that a header may be, by the built-in table.
    pub(super) fn fields(&self, header: &str) -> &[usize] {
        let known = |folded: &str| self.names.get(folded).map(Vec::as_slice);
        let whole = fold(header);
        if let Some(fields) = known(&whole) {
            return fields;
        }
        // "Mobile (with country code)", "Customer e-mail".
        let short = header.split(['(', '[', '（']).next().map(fold).unwrap_or_default();
        let bare = |text: &str| WHOSE.iter().find_map(|whose| known(text.strip_prefix(whose)?));
        known(&short).or_else(|| bare(&short)).unwrap_or_default()
    }

    /// What the caller's map says of the column: its field, or that it is none.
    pub(super) fn mapped(&self, index: usize, header: &str) -> Option<Option<usize>> {
        let find = |is: &dyn Fn(&str) -> bool| {
            self.map.iter().find(|(name, _)| is(name)).map(|(_, field)| *field)
        };
        find(&|name| self.is_number(name, index))
            .or_else(|| find(&|name| name == header.trim()))
            .or_else(|| find(&|name| same(name, header)))
    }

    /// True for a header that is the field of a column, or may be that of several.
    pub(super) fn knows(&self, header: &str) -> bool {
        self.mapped(usize::MAX, header).is_some() || !self.fields(header).is_empty()
    }

    /// True for `#3` and the third column.
    pub(super) fn is_number(&self, name: &str, index: usize) -> bool {
        let number = name.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
        number.is_some_and(|number| number.checked_sub(1) == Some(index))
    }

    /// The mobile number and its calling code, the landline number and its.
    pub(super) fn numbers(&self) -> Option<[usize; 4]> {
        let [mobile, mobile_code, phone, phone_code] =
            ["Mobile", "MobileCountryCode", "Phone", "PhoneCountryCode"].map(position);
        Some([mobile?, mobile_code?, phone?, phone_code?])
    }
}

/// True for headers that differ only in case, accents, spaces and punctuation.
pub(super) fn same(left: &str, right: &str) -> bool {
    let folded = fold(left);
    !folded.is_empty() && folded == fold(right)
}

/// The letters and digits of a header, in lower case and without accents. Marks above letters, also
/// those of Arabic, are left out.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            // Full-width letters.
            '！'..='～' => {
                let plain = char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character);
                folded.extend(plain.to_lowercase().filter(|c| c.is_alphanumeric()));
            }
            '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{65f}' => {}
            _ if character.is_ascii_alphanumeric() => folded.push(character.to_ascii_lowercase()),
            _ if character.is_ascii() => {}
            _ => {
                for letter in character.to_lowercase().filter(|c| c.is_alphanumeric()) {
                    match LATIN.iter().find(|(letters, _)| letters.contains(letter)) {
                        Some((_, plain)) => folded.push_str(plain),
                        None => folded.push(letter),
                    }
                }
            }
        }
    }
    folded
}

/// Latin letters, and what they are without accents.
const LATIN: &[(&str, &str)] = &[
    ("àáâãäåāăą", "a"),
    ("æ", "ae"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįı", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņňŋ", "n"),
    ("òóôõöøōŏő", "o"),
    ("œ", "oe"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ß", "ss"),
    ("ţťŧț", "t"),
    ("þ", "th"),
    ("ùúûüũūŭůűų", "u"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
];

/// Words before a field's name that say whose it is, folded.
const WHOSE: &[&str] = &[
    "guest", "customer", "client", "contact", "diner", "person", "primary", "main", "your",
    "kunden", "gast", "klant", "cliente", "kunde",
];

const CODES: &str = "MobileCountryCode PhoneCountryCode";
const EMAILS: &str = "ReceiveRestaurantEmailMarketing ReceiveEmailMarketing";
const SMS: &str = "ReceiveRestaurantSmsMarketing ReceiveSmsMarketing";
const CONSENTS: &str = "ReceiveRestaurantEmailMarketing ReceiveEmailMarketing ReceiveRestaurantSmsMarketing ReceiveSmsMarketing";
const WHOLE_NAME: &str = "FirstName Surname";
const WHOLE_ADDRESS: &str = "Address.House Address.Street Address.Town Address.Postcode";

/// The fields that a header may be, and how it is written: for each language by its tag, texts with
/// ` | ` between them. Every field is known by its own name, too. A text that several languages have
/// stands with the first of them.
const NAMES: &[(&str, &[(&str, &str)])] = &[
    (
        "Title",
        &[
            ("en", "Salutation | Name prefix | Honorific | Form of address"),
            ("de", "Anrede"),
            ("fr", "Civilité | Titre"),
            ("es", "Tratamiento | Título"),
            ("it", "Titolo | Appellativo"),
            ("pt", "Forma de tratamento | Tratamento"),
            ("nl", "Aanhef | Titel | Aanspreekvorm"),
            ("da", "Titel"),
            ("nb", "Tiltale | Tittel"),
            ("pl", "Zwrot grzecznościowy | Tytuł"),
            ("ja", "敬称"),
            ("zh-Hans", "称谓 | 称呼"),
            ("ar", "صيغة المخاطبة"),
        ],
    ),
    (
        "FirstName",
        &[
            ("en", "First name | Forename | Forename(s) | Given name | Christian name"),
            ("en", "First names | FName | Name first | Forenames"),
            ("de", "Vorname | Rufname | Vornamen"),
            ("fr", "Prénom | Prénoms"),
            ("es", "Nombre | Nombre de pila | Primer nombre | Nombres"),
            ("it", "Nome | Nome di battesimo"),
            ("pt", "Primeiro nome | Nome próprio"),
            ("nl", "Voornaam | Roepnaam"),
            ("da", "Fornavn"),
            ("sv", "Förnamn | Tilltalsnamn"),
            ("pl", "Imię | Imiona"),
            ("ja", "名 | 名前（名）"),
            ("zh-Hans", "名字"),
            ("ar", "الاسم الأول"),
        ],
    ),
    (
        "Surname",
        &[
            ("en", "Last name | Family name | LName | Name last"),
            ("de", "Nachname | Familienname | Zuname"),
            ("fr", "Nom | Nom de famille"),
            ("es", "Apellidos | Apellido | Primer apellido"),
            ("it", "Cognome"),
            ("pt", "Sobrenome | Apelido | Último nome"),
            ("nl", "Achternaam | Familienaam"),
            ("da", "Efternavn"),
            ("sv", "Efternamn"),
            ("nb", "Etternavn"),
            ("pl", "Nazwisko"),
            ("ja", "姓 | 名字（姓） | 苗字"),
            ("zh-Hans", "姓氏"),
            ("ar", "اسم العائلة | الاسم الأخير | الكنية"),
        ],
    ),
    (
        WHOLE_NAME,
        &[
            ("en", "Name | Full name | Guest | Guest name | Customer | Customer name"),
            ("en", "Client name | Contact | Contact name | Display name | Diner"),
            ("de", "Vollständiger Name | Vor- und Nachname | Gast | Kunde | Gastname"),
            ("de", "Kundenname"),
            ("fr", "Nom complet | Nom et prénom | Client | Prénom et nom"),
            ("es", "Nombre completo | Nombre y apellidos | Cliente"),
            ("it", "Nome completo | Nome e cognome | Cognome e nome | Nominativo"),
            ("nl", "Naam | Volledige naam"),
            ("da", "Navn | Fulde navn | Fullt navn"),
            ("sv", "Namn | Fullständigt namn"),
            ("pl", "Imię i nazwisko"),
            ("ja", "氏名 | 名前 | お名前"),
            ("zh-Hans", "姓名"),
            ("ar", "الاسم | الاسم الكامل"),
        ],
    ),
    (
        "Company",
        &[
            ("en", "Company name | Organisation | Organization | Business | Employer"),
            ("en", "Firm | Business name"),
            ("de", "Firma | Unternehmen | Firmenname | Organisation"),
            ("fr", "Société | Entreprise | Nom de la société"),
            ("es", "Empresa | Compañía | Organización"),
            ("it", "Azienda | Società | Ditta | Ragione sociale"),
            ("pt", "Companhia | Organização"),
            ("nl", "Bedrijf | Bedrijfsnaam | Organisatie"),
            ("da", "Virksomhed | Firmanavn"),
            ("nb", "Bedrift | Selskap"),
            ("sv", "Företag | Företagsnamn"),
            ("pl", "Nazwa firmy | Przedsiębiorstwo"),
            ("ja", "会社名 | 会社"),
            ("zh-Hans", "公司 | 公司名称 | 单位"),
            ("ar", "الشركة | اسم الشركة"),
        ],
    ),
    (
        "Department",
        &[
            ("en", "Dept | Division"),
            ("de", "Abteilung"),
            ("fr", "Service"),
            ("es", "Departamento"),
            ("it", "Reparto"),
            ("nl", "Afdeling"),
            ("sv", "Avdelning"),
            ("nb", "Avdeling"),
            ("pl", "Dział"),
            ("ja", "部署名 | 部署"),
            ("zh-Hans", "部门"),
            ("ar", "القسم"),
        ],
    ),
    (
        "Email",
        &[
            ("en", "E-mail | E-mail address | Email address | Mail | Email 1 | E-mail 1"),
            ("en", "E-mail 1 - value | Primary email"),
            ("de", "E-Mail-Adresse | Mailadresse | E-Mail Adresse"),
            ("fr", "Adresse e-mail | Adresse électronique | Courriel | Mél | Adresse mail"),
            ("es", "Correo electrónico | Correo | Dirección de correo electrónico"),
            ("it", "Indirizzo e-mail | Posta elettronica | Indirizzo di posta elettronica"),
            ("pt", "Endereço de e-mail | Correio eletrónico | Correio eletrônico"),
            ("nl", "E-mailadres | Mailadres"),
            ("da", "E-mailadresse"),
            ("nb", "E-postadresse | E-post | Epost"),
            ("sv", "E-postadress | Mejl"),
            ("pl", "Adres e-mail | Adres email | Poczta elektroniczna"),
            ("ja", "メールアドレス | メール | Eメール | 電子メール"),
            ("zh-Hans", "电子邮箱 | 邮箱 | 电子邮件 | 电邮"),
            ("ar", "البريد الإلكتروني | الإيميل | البريد"),
        ],
    ),
    (
        CODES,
        &[
            ("en", "Country code | Calling code | Dialling code | Dial code | Phone prefix"),
            ("en", "International dialling code"),
            ("de", "Ländervorwahl | Landesvorwahl"),
            ("fr", "Indicatif du pays | Indicatif"),
            ("es", "Prefijo del país | Prefijo | Código de país"),
            ("it", "Prefisso del paese | Prefisso | Prefisso internazionale"),
            ("pt", "Código do país | Indicativo | DDI"),
            ("nl", "Landnummer | Landcode"),
            ("da", "Landekode"),
            ("nb", "Landskode"),
            ("sv", "Landsnummer | Landskod"),
            ("pl", "Numer kierunkowy kraju | Numer kierunkowy | Kierunkowy"),
            ("ja", "国番号"),
            ("zh-Hans", "国家/地区代码 | 国家代码"),
            ("ar", "رمز الدولة | مفتاح الدولة"),
        ],
    ),
    (
        "MobileCountryCode",
        &[
            ("en", "Mobile code | Mobile calling code | Mobile prefix"),
            ("en", "Mobile dialling code"),
        ],
    ),
    (
        "PhoneCountryCode",
        &[
            ("en", "Phone code | Phone calling code | Landline country code"),
            ("en", "Telephone country code"),
        ],
    ),
    (
        "Mobile",
        &[
            ("en", "Mobile number | Mobile phone | Mobile phone number | Mobile no"),
            ("en", "Mobile tel | Cell | Cell phone | Cellphone | Cell number"),
            ("en", "Cell phone number | Cellular | Mob | Mobile telephone | Handphone"),
            ("de", "Mobilnummer | Handy | Handynummer | Mobiltelefon | Mobil | Mobilfunk"),
            ("de", "Mobiltelefonnummer | Natel"),
            ("fr", "Numéro de mobile | Portable | Téléphone portable | Téléphone mobile"),
            ("fr", "Tél portable | Tél mobile | Numéro de portable | GSM"),
            ("es", "Número de móvil | Móvil | Teléfono móvil | Celular | Teléfono celular"),
            ("it", "Numero di cellulare | Cellulare | Telefono cellulare | Cell."),
            ("it", "Telefono mobile"),
            ("pt", "Número de telefone móvel | Telemóvel | Telefone celular"),
            ("pt", "Número de celular | Telefone móvel"),
            ("nl", "Mobiel nummer | Mobiel | Mobiele nummer | Mobiele telefoon"),
            ("da", "Mobilnr | Mobiltlf"),
            ("pl", "Numer telefonu komórkowego | Telefon komórkowy | Komórka | Komórkowy"),
            ("ja", "携帯電話番号 | 携帯電話 | 携帯 | 携帯番号"),
            ("zh-Hans", "手机号码 | 手机 | 手机号 | 移动电话"),
            ("ar", "رقم الهاتف المحمول | الجوال | رقم الجوال | الهاتف المحمول | الموبايل"),
        ],
    ),
    (
        "Phone",
        &[
            ("en", "Landline | Landline number | Telephone | Telephone number"),
            ("en", "Phone number | Tel | Tel no | Phone no | Home phone | Telephone no"),
            (
                "en",
                "Fixed line | Phone 1 | Land line | Home telephone | Primary phone | Phone 1 - value",
            ),
            ("de", "Festnetznummer | Festnetz | Telefon | Telefonnummer | Rufnummer"),
            ("de", "Telefon privat"),
            ("fr", "Numéro de téléphone fixe | Téléphone | Téléphone fixe | Tél fixe"),
            ("fr", "Fixe | Numéro de téléphone"),
            ("es", "Número de teléfono fijo | Teléfono | Teléfono fijo"),
            ("es", "Número de teléfono"),
            ("it", "Numero di telefono fisso | Telefono | Telefono fisso"),
            ("it", "Numero di telefono"),
            ("pt", "Número de telefone fixo | Telefone | Telefone fixo"),
            ("pt", "Número de telefone"),
            ("nl", "Vast telefoonnummer | Telefoon | Telefoonnummer | Vaste telefoon"),
            ("da", "Fastnetnummer | Fastnet | Telefonnr | Tlf | Tlf nr"),
            ("nb", "Fasttelefonnummer | Fasttelefon"),
            ("sv", "Nummer till fast telefon | Fast telefon | Hemtelefon"),
            ("pl", "Numer telefonu stacjonarnego | Telefon stacjonarny | Numer telefonu"),
            ("pl", "Nr telefonu"),
            ("ja", "固定電話番号 | 固定電話 | 電話番号 | 電話"),
            ("zh-Hans", "固定电话号码 | 固定电话 | 电话 | 电话号码 | 座机"),
            ("ar", "رقم الهاتف الثابت | الهاتف الثابت | الهاتف | رقم الهاتف"),
        ],
    ),
    (
        "Birthday",
        &[
            ("en", "Date of birth | DOB | D.O.B. | Birth date | Birthdate | Born"),
            ("de", "Geburtsdatum | Geburtstag | Geb.-Datum | Geboren | Geb."),
            ("fr", "Date de naissance | Né(e) le | Naissance"),
            ("es", "Fecha de nacimiento | Cumpleaños | Fecha nacimiento | F. nacimiento"),
            ("it", "Data di nascita | Compleanno"),
            ("pt", "Data de nascimento | Nascimento"),
            ("nl", "Geboortedatum | Verjaardag"),
            ("da", "Fødselsdato | Fødselsdag"),
            ("nb", "Bursdag"),
            ("sv", "Födelsedatum | Födelsedag"),
            ("pl", "Data urodzenia | Urodziny"),
            ("ja", "生年月日 | 誕生日"),
            ("zh-Hans", "出生日期 | 生日"),
            ("ar", "تاريخ الميلاد | عيد الميلاد"),
        ],
    ),
    // In some countries the name of the family.
    ("Title Surname", &[("ar", "اللقب")]),
    // In Brazil a birthday.
    ("Anniversary Birthday", &[("en", "Aniversario")]),
    (
        "Anniversary",
        &[
            ("en", "Wedding anniversary | Anniversary date | Wedding date"),
            ("de", "Jahrestag | Hochzeitstag"),
            ("fr", "Anniversaire de mariage"),
            ("es", "Aniversario de boda"),
            ("it", "Anniversario | Anniversario di matrimonio"),
            ("pt", "Aniversário de casamento"),
            ("nl", "Jubileum | Trouwdag"),
            ("da", "Mærkedag | Bryllupsdag"),
            ("nb", "Merkedag"),
            ("sv", "Årsdag | Bröllopsdag"),
            ("pl", "Rocznica | Rocznica ślubu"),
            ("ja", "記念日 | 結婚記念日"),
            ("zh-Hans", "纪念日 | 结婚纪念日"),
            ("ar", "ذكرى الزواج | الذكرى السنوية"),
        ],
    ),
    // In French a birthday, too.
    ("Birthday Anniversary", &[("en", "Anniversaire")]),
    (
        "IsDrinkingAge",
        &[
            ("en", "Drinking age | Of drinking age | I am of legal drinking age"),
            ("de", "Ich habe das gesetzliche Mindestalter für Alkohol erreicht"),
            ("fr", "J’ai l’âge légal pour consommer de l’alcool"),
            ("es", "Tengo la edad legal para consumir alcohol"),
            ("it", "Ho l’età legale per consumare alcolici"),
            ("pt", "Tenho a idade legal para consumir bebidas alcoólicas"),
            ("nl", "Ik heb de wettelijke leeftijd om alcohol te drinken"),
            ("da", "Jeg er gammel nok til at drikke alkohol ifølge loven"),
            ("nb", "Jeg er gammel nok til å drikke alkohol etter loven"),
            ("sv", "Jag har åldern inne för att dricka alkohol enligt lag"),
            ("pl", "Mam ukończony wiek, od którego prawo zezwala na spożywanie alkoholu"),
            ("ja", "飲酒が認められる法定年齢に達しています"),
            ("zh-Hans", "我已达到法定饮酒年龄"),
            ("ar", "بلغتُ السن القانونية لتناول الكحول"),
        ],
    ),
    (
        WHOLE_ADDRESS,
        &[
            ("en", "Address | Full address | Home address | Postal address"),
            ("en", "Mailing address"),
            ("de", "Adresse | Anschrift | Postanschrift"),
            ("es", "Dirección | Domicilio"),
            ("it", "Indirizzo"),
            ("pt", "Endereço | Morada"),
            ("nl", "Adres"),
            ("sv", "Adress"),
            ("ja", "住所"),
            ("zh-Hans", "地址"),
            ("ar", "العنوان"),
        ],
    ),
    (
        "Address.House",
        &[
            ("en", "House | House name or number | House number | House name | House no"),
            ("en", "Building | Flat | Apartment | Apt | Unit | Address 2 | Address line 2"),
            ("en", "Address2"),
            ("de", "Hausname oder Hausnummer | Hausnummer | Hausnr | Adresszusatz"),
            ("fr", "Numéro ou nom du bâtiment | Complément d'adresse | Bâtiment"),
            ("es", "Nombre o número de la casa | Piso | Número de casa"),
            ("it", "Nome o numero civico | Numero civico | Civico"),
            ("pt", "Nome ou número da casa | Complemento | Número da casa"),
            ("nl", "Huisnaam of huisnummer | Huisnummer | Huisnr"),
            ("da", "Husnavn eller husnummer | Husnummer | Husnr"),
            ("nb", "Navn på hus eller husnummer"),
            ("sv", "Husnamn eller husnummer"),
            ("pl", "Nazwa lub numer domu | Numer domu | Nr domu"),
            ("ja", "建物名または番地 | 建物名 | 番地"),
            ("zh-Hans", "楼名或门牌号 | 门牌号"),
            ("ar", "اسم المنزل أو رقمه | رقم المنزل"),
        ],
    ),
    (
        "Address.Street",
        &[
            ("en", "Street | Street address | Address 1 | Address line 1 | Address1"),
            ("en", "Street name | Road"),
            ("de", "Straße | Strasse | Straße und Hausnummer | Straße, Nr. | Str."),
            ("fr", "Rue | Adresse 1 | Voie | Adresse ligne 1"),
            ("es", "Calle | Dirección 1"),
            ("it", "Via | Indirizzo 1"),
            ("pt", "Rua | Logradouro | Endereço 1"),
            ("nl", "Straat | Straatnaam"),
            ("da", "Vej | Vejnavn | Gade"),
            ("nb", "Gate | Gateadresse"),
            ("sv", "Gata | Gatuadress"),
            ("pl", "Ulica"),
            ("ja", "町名・通り | 町名 | 丁目"),
            ("zh-Hans", "街道"),
            ("ar", "الشارع"),
        ],
    ),
    (
        "Address.Town",
        &[
            ("en", "Town | City | Town or city | Town/City | Locality | Suburb | City/Town"),
            ("en", "Post town"),
            ("de", "Ort | Stadt | Wohnort"),
            ("fr", "Ville | Commune"),
            ("es", "Localidad | Ciudad | Población | Municipio"),
            ("it", "Città | Comune | Località"),
            ("pt", "Cidade ou localidade | Cidade | Localidade"),
            ("nl", "Plaats | Woonplaats"),
            ("da", "By | Bynavn"),
            ("nb", "Sted | Poststed"),
            ("sv", "Stad | Postort"),
            ("pl", "Miejscowość | Miasto"),
            ("ja", "市区町村 | 市町村"),
            ("zh-Hans", "城镇 | 城市 | 市"),
            ("ar", "المدينة أو البلدة | المدينة"),
        ],
    ),
    (
        "Address.CountyRegion",
        &[
            ("en", "County | Region | State | Province | County or region | State/Province"),
            ("en", "State/Region"),
            ("de", "Bundesland oder Region | Bundesland | Kanton"),
            ("fr", "Département ou région | Région | Département"),
            ("es", "Provincia o región | Provincia | Región | Comunidad autónoma"),
            ("it", "Provincia o regione | Regione"),
            ("pt", "Distrito, estado ou região | Distrito | Estado | Região"),
            ("nl", "Provincie of regio | Provincie"),
            ("da", "Landsdel eller region"),
            ("nb", "Fylke eller region | Fylke"),
            ("sv", "Län eller region | Län"),
            ("pl", "Województwo lub region | Województwo"),
            ("ja", "都道府県または地域 | 都道府県"),
            ("zh-Hans", "省、州或地区 | 省 | 省份"),
            ("ar", "المحافظة أو المنطقة | المحافظة"),
        ],
    ),
    (
        "Address.Country",
        &[
            ("en", "Country | Country name | Country/Region"),
            ("de", "Land | Staat"),
            ("fr", "Pays"),
            ("es", "País"),
            ("it", "Paese | Nazione | Stato"),
            ("pl", "Kraj"),
            ("ja", "国 | 国名"),
            ("zh-Hans", "国家/地区 | 国家"),
            ("ar", "الدولة | البلد"),
        ],
    ),
    (
        "Address.Postcode",
        &[
            ("en", "Postcode | Post code | Postal code | ZIP | ZIP code | ZIP/Postal code"),
            ("en", "Zipcode | ZIP/Postcode"),
            ("de", "Postleitzahl | PLZ"),
            ("fr", "Code postal | CP"),
            ("es", "Código postal | C.P."),
            ("it", "Codice postale | CAP"),
            ("pt", "CEP"),
            ("da", "Postnummer | Postnr"),
            ("pl", "Kod pocztowy"),
            ("ja", "郵便番号"),
            ("zh-Hans", "邮政编码 | 邮编"),
            ("ar", "الرمز البريدي"),
        ],
    ),
    ("Field1", &[("en", "Custom field 1 | Custom 1")]),
    ("Field2", &[("en", "Custom field 2 | Custom 2")]),
    ("Field3", &[("en", "Custom field 3 | Custom 3")]),
    ("Field4", &[("en", "Custom field 4 | Custom 4")]),
    ("Field5", &[("en", "Custom field 5 | Custom 5")]),
    (
        EMAILS,
        &[
            ("en", "Email marketing | Marketing email | Marketing email consent"),
            ("en", "Email marketing consent | Email consent | Email opt in | Newsletter"),
            ("en", "Newsletter consent | Marketing emails | Email subscription"),
            ("en", "Receive email marketing opt in | Email permission"),
            ("de", "E-Mail-Werbung | E-Mail-Marketing | Newsletter-Einwilligung"),
            ("de", "Werbung per E-Mail"),
            ("fr", "Marketing par e-mail | Lettre d'information | Infolettre"),
            ("fr", "Consentement e-mail"),
            ("es", "Marketing por correo electrónico | Boletín | Consentimiento e-mail"),
            ("it", "Marketing via e-mail | Consenso e-mail"),
            ("pt", "Marketing por e-mail | Consentimento e-mail"),
            ("nl", "E-mailmarketing | Nieuwsbrief"),
            ("da", "E-mailmarkedsføring | Nyhedsbrev"),
            ("nb", "E-postmarkedsføring | Nyhetsbrev"),
            ("sv", "E-postmarknadsföring"),
            ("pl", "Marketing e-mail | Zgoda na e-mail"),
            ("ja", "メールマガジン | メルマガ"),
            ("zh-Hans", "邮件营销 | 电子邮件营销"),
            ("ar", "التسويق عبر البريد الإلكتروني | النشرة البريدية"),
        ],
    ),
    (
        SMS,
        &[
            ("en", "SMS marketing | Marketing SMS | SMS consent | SMS opt in"),
            ("en", "Text marketing | SMS marketing consent | Marketing SMS consent"),
            ("en", "Text message consent | SMS permission"),
            ("de", "SMS-Werbung | SMS-Einwilligung | Werbung per SMS"),
            ("fr", "Marketing par SMS | Consentement SMS"),
            ("es", "Marketing por SMS | Consentimiento SMS"),
            ("it", "Marketing via SMS | Consenso SMS"),
            ("pt", "Consentimento SMS"),
            ("nl", "Sms-marketing"),
            ("da", "Sms-markedsføring"),
            ("sv", "Sms-marknadsföring"),
            ("pl", "Zgoda na SMS"),
            ("ja", "SMS配信"),
            ("zh-Hans", "短信营销"),
            ("ar", "التسويق عبر الرسائل القصيرة"),
        ],
    ),
    (
        CONSENTS,
        &[
            ("en", "Marketing | Marketing consent | Marketing opt in | Opt in | Consent"),
            ("en", "GDPR | GDPR consent | Allow marketing | Accepts marketing | Subscribed"),
            ("de", "Werbung | Einwilligung | Werbeeinwilligung | DSGVO"),
            ("fr", "Consentement | RGPD"),
            ("es", "Consentimiento"),
            ("it", "Consenso | Consenso marketing"),
            ("pt", "Consentimento"),
            ("nl", "Toestemming"),
            ("da", "Samtykke"),
            ("sv", "Samtycke"),
            ("pl", "Zgoda | Zgoda marketingowa | RODO"),
        ],
    ),
    (
        "ReceiveEmailMarketing",
        &[("en", "Group email marketing | Group email consent | Group newsletter")],
    ),
    ("ReceiveSmsMarketing", &[("en", "Group SMS marketing | Group SMS consent")]),
    (
        "ReceiveRestaurantEmailMarketing",
        &[
            ("en", "Restaurant email marketing | Restaurant email consent"),
            ("en", "Restaurant newsletter"),
        ],
    ),
    (
        "ReceiveRestaurantSmsMarketing",
        &[("en", "Restaurant SMS marketing | Restaurant SMS consent")],
    ),
    (
        "IsVip",
        &[
            ("en", "VIP | VIP guest | VIP customer | VIP status | VIP-Gast | VIP client"),
            ("en", "貴賓 | 贵宾"),
        ],
    ),
    (
        "Comments",
        &[
            ("en", "Comment | Notes | Note | Remarks | Guest notes | Customer notes | Memo"),
            ("de", "Notizen | Notiz | Bemerkung | Bemerkungen | Anmerkungen | Kommentar"),
            ("fr", "Commentaires | Commentaire | Remarques"),
            ("es", "Comentarios | Notas | Observaciones"),
            ("it", "Commenti | Note | Osservazioni"),
            ("pt", "Comentários | Observações"),
            ("nl", "Opmerkingen | Opmerking | Notities"),
            ("da", "Bemærkninger | Noter | Kommentarer"),
            ("nb", "Merknader | Notater"),
            ("sv", "Anteckningar | Anmärkningar"),
            ("pl", "Uwagi | Notatki | Komentarz"),
            ("ja", "備考 | メモ"),
            ("zh-Hans", "备注"),
            ("ar", "ملاحظات"),
        ],
    ),
    (
        "MembershipId",
        &[
            ("en", "Membership number | Membership no | Member number | Member ID"),
            ("en", "Loyalty number | Loyalty card"),
            ("de", "Mitgliedsnummer | Kundenkarte"),
            ("fr", "Numéro de membre"),
            ("es", "Número de socio"),
            ("it", "Numero di tessera"),
            ("pt", "Número de membro"),
            ("nl", "Lidmaatschapsnummer | Lidnummer"),
            ("da", "Medlemsnummer"),
            ("pl", "Numer członkowski"),
            ("ja", "会員番号"),
            ("zh-Hans", "会员号 | 会员编号"),
            ("ar", "رقم العضوية"),
        ],
    ),
    ("CustomerCodes", &[("en", "Guest codes | Code IDs")]),
    ("CustomerType", &[("en", "Guest type | Kundentyp | Type de client | Tipo de cliente")]),
    ("IpAddress", &[("en", "IP | IP address")]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_without_case_accents_spaces_and_punctuation() {
        for (header, folded) in [
            ("E-Mail", "email"),
            (" Ｅメール：", "eメール"),
            ("PRÉNOM", "prenom"),
            ("Pre\u{301}nom", "prenom"),
            ("Straße", "strasse"),
            ("Fødselsdato", "fodselsdato"),
            ("İsim", "isim"),
            ("Imię *", "imie"),
            ("بلغتُ", "بلغت"),
            ("#1", "1"),
            ("", ""),
        ] {
            assert_eq!(fold(header), folded, "{header}");
        }
        assert!(same("First_Name", "firstName"));
        assert!(!same("-", " "));
    }

    #[test]
    fn headers_mean_fields() {
        for (header, field) in [
            ("Surname", "Surname"),
            ("address.postcode", "Address.Postcode"),
            ("Address Postcode", "Address.Postcode"),
            ("Forename", "FirstName"),
            ("GIVEN NAME", "FirstName"),
            ("first_name", "FirstName"),
            ("Last Name", "Surname"),
            ("E-mail address", "Email"),
            ("Customer email", "Email"),
            ("Email (required)", "Email"),
            ("Mobile number", "Mobile"),
            ("Cell", "Mobile"),
            ("Handy", "Mobile"),
            ("Tel.", "Phone"),
            ("DOB", "Birthday"),
            ("Geb.-Datum", "Birthday"),
            ("ZIP", "Address.Postcode"),
            ("Post code", "Address.Postcode"),
            ("Address 1", "Address.Street"),
            ("Address Line 2", "Address.House"),
            ("VIP", "IsVip"),
            ("Notes", "Comments"),
            ("Guest Notes", "Comments"),
            ("Vorname", "FirstName"),
            ("Prénom", "FirstName"),
            ("Nom", "Surname"),
            ("Apellidos", "Surname"),
            ("お名前(名)", ""),
            ("姓", "Surname"),
            ("手机", "Mobile"),
            ("ReceiveRestaurantEmailMarketing", "ReceiveRestaurantEmailMarketing"),
            ("Group newsletter", "ReceiveEmailMarketing"),
            ("Colour", ""),
            ("Total spent", ""),
            ("Customer", ""),
            ("Second name", ""),
            ("", ""),
        ] {
            let found = meaning(header);
            match field {
                "" => assert!(!matches!(found, Meaning::Field(_)), "{header}: {found:?}"),
                field => assert_eq!(found, Meaning::Field(field), "{header}"),
            }
        }
    }

    #[test]
    fn headers_that_may_be_several_fields_are_unclear() {
        for header in [
            "Name",
            "Full Name",
            "Guest",
            "Nom complet",
            "Address",
            "Anschrift",
            "Newsletter",
            "Marketing email consent",
            "SMS opt-in",
            "GDPR",
            "Country code",
            "Aniversário",
        ] {
            assert_eq!(meaning(header), Meaning::Unclear, "{header}");
        }
    }

    #[test]
    fn header_has_one_meaning_in_all_languages() {
        let mut known = BTreeMap::new();
        for (fields, languages) in NAMES {
            for name in languages.iter().flat_map(|(_, texts)| texts.split(" | ")) {
                let folded = fold(name);
                assert!(!folded.is_empty(), "{name}");
                let other = known.insert(folded, fields);
                assert!(
                    other.is_none_or(|other| other == fields),
                    "{name}: {fields} and {other:?}"
                );
            }
            assert!(fields.split(' ').all(|field| position(field).is_some()), "{fields}");
        }
        for field in rows() {
            assert_eq!(meaning(field.name), Meaning::Field(field.name));
        }
    }

    #[test]
    fn labels_of_the_widget_are_headers_in_all_its_languages() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/www/widget/locales");
        let headers = Headers::new(&[]);
        let mut languages = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let labels = text.split("labels: {").nth(1).unwrap().split("\n  },").next().unwrap();
            let mut count = 0;
            for line in labels.lines().filter(|line| !line.is_empty()) {
                let (name, label) = line.trim().split_once(": ").unwrap();
                let (name, label) = (name.trim_matches('"'), label.trim_matches(['"', ',']));
                // A consent is called by its medium alone, which in a file is the address itself.
                // "Address" is a heading there, and in a file the whole address.
                let Some(field) = position(name).filter(|_| !name.starts_with("Receive")) else {
                    continue;
                };
                assert!(headers.fields(label).contains(&field), "{label} is not {name}");
                count += 1;
            }
            assert!(count > 18, "labels were not found");
            languages += 1;
        }
        assert_eq!(languages, 14);
    }
}
