//! Which field a column is, by its header: the names that spreadsheets and other booking systems
//! give to fields, in the languages of the widget.
//!
//! A header that could be several fields names them all in [`NAMES`], and is then told and not
//! guessed: "Name" may be the surname or the whole name, and a consent to e-mails is either for the
//! restaurant or for its group.

use std::collections::BTreeMap;

use crate::fields::{position, rows};

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
    /// The fields of each folded name.
    names: BTreeMap<String, Vec<usize>>,
}

impl<'m> Headers<'m> {
    pub(super) fn new(map: &'m [(String, Option<usize>)]) -> Self {
        let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let own = rows().iter().enumerate().map(|(index, row)| (index, row.name));
        let others = NAMES.iter().flat_map(|(fields, texts)| {
            let fields = fields.split(' ').filter_map(position);
            fields.flat_map(|field| texts.iter().map(move |text| (field, *text)))
        });
        for (field, name) in own.chain(others) {
            let fields = names.entry(fold(name)).or_default();
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        Self { map, names }
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
            _ => {
                for character in character.to_lowercase().filter(|c| c.is_alphanumeric()) {
                    match LATIN.iter().find(|(letters, _)| letters.contains(character)) {
                        Some((_, plain)) if !character.is_ascii() => folded.push_str(plain),
                        _ => folded.push(character),
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

/// The fields that a header may be, and how it is written. Every field is known by its own name,
/// too. A language's line ends with its tag.
const NAMES: &[(&str, &[&str])] = &[
    (
        "Title",
        &[
            "Salutation",
            "Prefix",
            "Name prefix",
            "Honorific",
            "Form of address", // en
            "Anrede",          // de
            "Civilité",
            "Titre", // fr
            "Tratamiento",
            "Título", // es
            "Titolo",
            "Appellativo", // it
            "Forma de tratamento",
            "Tratamento", // pt
            "Aanhef",
            "Titel",
            "Aanspreekvorm", // nl
            "Titel",         // da, sv
            "Tiltale",
            "Tittel", // nb
            "Zwrot grzecznościowy",
            "Tytuł", // pl
            "敬称",  // ja
            "称谓",
            "称呼", // zh-Hans
            "صيغة المخاطبة",
            "اللقب", // ar
        ],
    ),
    (
        "FirstName",
        &[
            "First name",
            "Forename",
            "Forename(s)",
            "Given name",
            "Christian name",
            "First names",
            "FName",
            "Name first",
            "Forenames", // en
            "Vorname",
            "Rufname",
            "Vornamen", // de
            "Prénom",
            "Prénoms", // fr
            "Nombre",
            "Nombre de pila",
            "Primer nombre",
            "Nombres", // es
            "Nome",
            "Nome di battesimo", // it, pt
            "Primeiro nome",
            "Nome próprio", // pt
            "Voornaam",
            "Roepnaam", // nl
            "Fornavn",  // da, nb
            "Förnamn",
            "Tilltalsnamn", // sv
            "Imię",
            "Imiona", // pl
            "名",
            "名前（名）", // ja
            "名字",       // zh-Hans
            "الاسم الأول",  // ar
        ],
    ),
    (
        "Surname",
        &[
            "Last name",
            "Family name",
            "Second name",
            "LName",
            "Name last", // en
            "Nachname",
            "Familienname",
            "Zuname", // de
            "Nom",
            "Nom de famille", // fr
            "Apellidos",
            "Apellido",
            "Primer apellido", // es
            "Cognome",         // it
            "Sobrenome",
            "Apelido",
            "Último nome", // pt
            "Achternaam",
            "Familienaam", // nl
            "Efternavn",   // da
            "Efternamn",   // sv
            "Etternavn",   // nb
            "Nazwisko",    // pl
            "姓",
            "名字（姓）",
            "苗字", // ja
            "姓氏", // zh-Hans
            "اسم العائلة",
            "الاسم الأخير",
            "الكنية", // ar
        ],
    ),
    (
        WHOLE_NAME,
        &[
            "Name",
            "Full name",
            "Guest",
            "Guest name",
            "Customer",
            "Customer name",
            "Client name",
            "Contact",
            "Contact name",
            "Display name",
            "Diner", // en
            "Vollständiger Name",
            "Vor- und Nachname",
            "Gast",
            "Kunde",
            "Gastname",
            "Kundenname", // de
            "Nom complet",
            "Nom et prénom",
            "Client",
            "Prénom et nom", // fr
            "Nombre completo",
            "Nombre y apellidos",
            "Cliente", // es
            "Nome completo",
            "Nome e cognome",
            "Cognome e nome",
            "Nominativo", // it, pt
            "Naam",
            "Volledige naam", // nl
            "Navn",
            "Fulde navn",
            "Fullt navn", // da, nb
            "Namn",
            "Fullständigt namn", // sv
            "Imię i nazwisko",   // pl
            "氏名",
            "名前",
            "お名前", // ja
            "姓名",   // zh-Hans
            "الاسم",
            "الاسم الكامل", // ar
        ],
    ),
    (
        "Company",
        &[
            "Company name",
            "Organisation",
            "Organization",
            "Business",
            "Employer",
            "Firm",
            "Business name", // en
            "Firma",
            "Unternehmen",
            "Firmenname",
            "Organisation", // de, pl
            "Société",
            "Entreprise",
            "Nom de la société", // fr
            "Empresa",
            "Compañía",
            "Organización", // es, pt
            "Azienda",
            "Società",
            "Ditta",
            "Ragione sociale", // it
            "Companhia",
            "Organização", // pt
            "Bedrijf",
            "Bedrijfsnaam",
            "Organisatie", // nl
            "Virksomhed",
            "Firmanavn", // da
            "Bedrift",
            "Selskap", // nb
            "Företag",
            "Företagsnamn", // sv
            "Nazwa firmy",
            "Przedsiębiorstwo", // pl
            "会社名",
            "会社", // ja
            "公司",
            "公司名称",
            "单位", // zh-Hans
            "الشركة",
            "اسم الشركة", // ar
        ],
    ),
    (
        "Department",
        &[
            "Dept",
            "Division",     // en
            "Abteilung",    // de
            "Service",      // fr
            "Departamento", // es, pt
            "Reparto",      // it
            "Afdeling",     // nl, da
            "Avdelning",    // sv
            "Avdeling",     // nb
            "Dział",        // pl
            "部署名",
            "部署",  // ja
            "部门",  // zh-Hans
            "القسم", // ar
        ],
    ),
    (
        "Email",
        &[
            "E-mail",
            "E-mail address",
            "Email address",
            "Mail",
            "Email 1",
            "E-mail 1",
            "E-mail 1 - value",
            "Primary email", // en
            "E-Mail-Adresse",
            "Mailadresse",
            "E-Mail Adresse", // de
            "Adresse e-mail",
            "Adresse électronique",
            "Courriel",
            "Mél",
            "Adresse mail", // fr
            "Correo electrónico",
            "Correo",
            "Dirección de correo electrónico", // es
            "Indirizzo e-mail",
            "Posta elettronica",
            "Indirizzo di posta elettronica", // it
            "Endereço de e-mail",
            "Correio eletrónico",
            "Correio eletrônico", // pt
            "E-mailadres",
            "Mailadres",     // nl
            "E-mailadresse", // da
            "E-postadresse",
            "E-post",
            "Epost", // nb
            "E-postadress",
            "Mejl", // sv
            "Adres e-mail",
            "Adres email",
            "Poczta elektroniczna", // pl
            "メールアドレス",
            "メール",
            "Eメール",
            "電子メール", // ja
            "电子邮箱",
            "邮箱",
            "电子邮件",
            "电邮", // zh-Hans
            "البريد الإلكتروني",
            "الإيميل",
            "البريد", // ar
        ],
    ),
    (
        CODES,
        &[
            "Country code",
            "Calling code",
            "Dialling code",
            "Dial code",
            "Phone prefix",
            "International dialling code", // en
            "Ländervorwahl",
            "Vorwahl",
            "Landesvorwahl", // de
            "Indicatif du pays",
            "Indicatif", // fr
            "Prefijo del país",
            "Prefijo",
            "Código de país", // es
            "Prefisso del paese",
            "Prefisso",
            "Prefisso internazionale", // it
            "Código do país",
            "Indicativo",
            "DDI", // pt
            "Landnummer",
            "Landcode",  // nl
            "Landekode", // da
            "Landskode", // nb
            "Landsnummer",
            "Landskod", // sv
            "Numer kierunkowy kraju",
            "Numer kierunkowy",
            "Kierunkowy", // pl
            "国番号",     // ja
            "国家/地区代码",
            "国家代码",
            "区号", // zh-Hans
            "رمز الدولة",
            "مفتاح الدولة", // ar
        ],
    ),
    (
        "MobileCountryCode",
        &["Mobile code", "Mobile calling code", "Mobile prefix", "Mobile dialling code"],
    ),
    (
        "PhoneCountryCode",
        &["Phone code", "Phone calling code", "Landline country code", "Telephone country code"],
    ),
    (
        "Mobile",
        &[
            "Mobile number",
            "Mobile phone",
            "Mobile phone number",
            "Mobile no",
            "Mobile tel",
            "Cell",
            "Cell phone",
            "Cellphone",
            "Cell number",
            "Cell phone number",
            "Cellular",
            "Mob",
            "Mobile telephone",
            "Handphone", // en
            "Mobilnummer",
            "Handy",
            "Handynummer",
            "Mobiltelefon",
            "Mobil",
            "Mobilfunk",
            "Mobiltelefonnummer",
            "Natel", // de, da, nb, sv
            "Numéro de mobile",
            "Portable",
            "Téléphone portable",
            "Téléphone mobile",
            "Tél portable",
            "Tél mobile",
            "Numéro de portable",
            "GSM", // fr
            "Número de móvil",
            "Móvil",
            "Teléfono móvil",
            "Celular",
            "Teléfono celular", // es
            "Numero di cellulare",
            "Cellulare",
            "Telefono cellulare",
            "Cell.",
            "Telefono mobile", // it
            "Número de telefone móvel",
            "Telemóvel",
            "Telefone celular",
            "Número de celular",
            "Telefone móvel", // pt
            "Mobiel nummer",
            "Mobiel",
            "Mobiele nummer",
            "Mobiele telefoon", // nl
            "Mobilnr",
            "Mobiltlf", // da, nb
            "Numer telefonu komórkowego",
            "Telefon komórkowy",
            "Komórka",
            "Komórkowy", // pl
            "携帯電話番号",
            "携帯電話",
            "携帯",
            "携帯番号", // ja
            "手机号码",
            "手机",
            "手机号",
            "移动电话", // zh-Hans
            "رقم الهاتف المحمول",
            "الجوال",
            "رقم الجوال",
            "الهاتف المحمول",
            "الموبايل", // ar
        ],
    ),
    (
        "Phone",
        &[
            "Landline",
            "Landline number",
            "Telephone",
            "Telephone number",
            "Phone number",
            "Tel",
            "Tel no",
            "Phone no",
            "Home phone",
            "Telephone no",
            "Fixed line",
            "Phone 1",
            "Land line",
            "Home telephone",
            "Primary phone", // en
            "Festnetznummer",
            "Festnetz",
            "Telefon",
            "Telefonnummer",
            "Rufnummer",
            "Telefon privat", // de
            "Numéro de téléphone fixe",
            "Téléphone",
            "Téléphone fixe",
            "Tél fixe",
            "Fixe",
            "Numéro de téléphone", // fr
            "Número de teléfono fijo",
            "Teléfono",
            "Teléfono fijo",
            "Número de teléfono", // es
            "Numero di telefono fisso",
            "Telefono",
            "Telefono fisso",
            "Numero di telefono", // it
            "Número de telefone fixo",
            "Telefone",
            "Telefone fixo",
            "Número de telefone", // pt
            "Vast telefoonnummer",
            "Telefoon",
            "Telefoonnummer",
            "Vaste telefoon", // nl
            "Fastnetnummer",
            "Fastnet",
            "Telefonnr",
            "Tlf",
            "Tlf nr", // da
            "Fasttelefonnummer",
            "Fasttelefon", // nb
            "Nummer till fast telefon",
            "Fast telefon",
            "Hemtelefon", // sv
            "Numer telefonu stacjonarnego",
            "Telefon stacjonarny",
            "Numer telefonu",
            "Nr telefonu", // pl
            "固定電話番号",
            "固定電話",
            "電話番号",
            "電話", // ja
            "固定电话号码",
            "固定电话",
            "电话",
            "电话号码",
            "座机", // zh-Hans
            "رقم الهاتف الثابت",
            "الهاتف الثابت",
            "الهاتف",
            "رقم الهاتف", // ar
        ],
    ),
    (
        "Birthday",
        &[
            "Date of birth",
            "DOB",
            "D.O.B.",
            "Birth date",
            "Birthdate",
            "Born", // en
            "Geburtsdatum",
            "Geburtstag",
            "Geb.-Datum",
            "Geboren",
            "Geb.", // de
            "Date de naissance",
            "Né(e) le",
            "Naissance", // fr
            "Fecha de nacimiento",
            "Cumpleaños",
            "Fecha nacimiento",
            "F. nacimiento", // es
            "Data di nascita",
            "Compleanno", // it
            "Data de nascimento",
            "Nascimento", // pt
            "Geboortedatum",
            "Verjaardag", // nl
            "Fødselsdato",
            "Fødselsdag", // da, nb
            "Bursdag",    // nb
            "Födelsedatum",
            "Födelsedag", // sv
            "Data urodzenia",
            "Urodziny", // pl
            "生年月日",
            "誕生日", // ja
            "出生日期",
            "生日", // zh-Hans
            "تاريخ الميلاد",
            "عيد الميلاد", // ar
        ],
    ),
    // In Brazil a birthday.
    ("Anniversary Birthday", &["Aniversario"]),
    (
        "Anniversary",
        &[
            "Wedding anniversary",
            "Anniversary date",
            "Wedding date", // en
            "Jahrestag",
            "Hochzeitstag",            // de
            "Anniversaire de mariage", // fr
            "Aniversario de boda",     // es
            "Anniversario",
            "Anniversario di matrimonio", // it
            "Aniversário de casamento",   // pt
            "Jubileum",
            "Trouwdag", // nl
            "Mærkedag",
            "Bryllupsdag", // da
            "Merkedag",    // nb
            "Årsdag",
            "Bröllopsdag", // sv
            "Rocznica",
            "Rocznica ślubu", // pl
            "記念日",
            "結婚記念日", // ja
            "纪念日",
            "结婚纪念日", // zh-Hans
            "ذكرى الزواج",
            "الذكرى السنوية", // ar
        ],
    ),
    // In French a birthday, too.
    ("Birthday Anniversary", &["Anniversaire"]),
    (
        "IsDrinkingAge",
        &[
            "Drinking age",
            "Of drinking age",
            "Over 18",
            "I am of legal drinking age", // en
            "Volljährig",
            "Ich habe das gesetzliche Mindestalter für Alkohol erreicht", // de
            "J’ai l’âge légal pour consommer de l’alcool",
            "Majeur", // fr
            "Tengo la edad legal para consumir alcohol",
            "Mayor de edad", // es
            "Ho l’età legale per consumare alcolici",
            "Maggiorenne", // it
            "Tenho a idade legal para consumir bebidas alcoólicas",
            "Maior de idade", // pt
            "Ik heb de wettelijke leeftijd om alcohol te drinken",
            "Meerderjarig",                                          // nl
            "Jeg er gammel nok til at drikke alkohol ifølge loven",  // da
            "Jeg er gammel nok til å drikke alkohol etter loven",    // nb
            "Jag har åldern inne för att dricka alkohol enligt lag", // sv
            "Mam ukończony wiek, od którego prawo zezwala na spożywanie alkoholu",
            "Pełnoletni",                             // pl
            "飲酒が認められる法定年齢に達しています", // ja
            "我已达到法定饮酒年龄",                   // zh-Hans
            "بلغتُ السن القانونية لتناول الكحول",      // ar
        ],
    ),
    (
        WHOLE_ADDRESS,
        &[
            "Address",
            "Full address",
            "Home address",
            "Postal address",
            "Mailing address", // en
            "Adresse",
            "Anschrift",
            "Postanschrift", // de, fr, da, nb
            "Dirección",
            "Domicilio", // es
            "Indirizzo", // it
            "Endereço",
            "Morada",  // pt
            "Adres",   // nl, pl
            "Adress",  // sv
            "住所",    // ja
            "地址",    // zh-Hans
            "العنوان", // ar
        ],
    ),
    (
        "Address.House",
        &[
            "House",
            "House name or number",
            "House number",
            "House name",
            "House no",
            "Building",
            "Flat",
            "Apartment",
            "Apt",
            "Unit",
            "Address 2",
            "Address line 2",
            "Address2", // en
            "Hausname oder Hausnummer",
            "Hausnummer",
            "Hausnr",
            "Adresszusatz", // de
            "Numéro ou nom du bâtiment",
            "Complément d'adresse",
            "Bâtiment", // fr
            "Nombre o número de la casa",
            "Piso",
            "Número de casa", // es
            "Nome o numero civico",
            "Numero civico",
            "Civico", // it
            "Nome ou número da casa",
            "Complemento",
            "Número da casa", // pt
            "Huisnaam of huisnummer",
            "Huisnummer",
            "Huisnr", // nl
            "Husnavn eller husnummer",
            "Husnummer",
            "Husnr",                       // da
            "Navn på hus eller husnummer", // nb
            "Husnamn eller husnummer",     // sv
            "Nazwa lub numer domu",
            "Numer domu",
            "Nr domu", // pl
            "建物名または番地",
            "建物名",
            "番地", // ja
            "楼名或门牌号",
            "门牌号", // zh-Hans
            "اسم المنزل أو رقمه",
            "رقم المنزل", // ar
        ],
    ),
    (
        "Address.Street",
        &[
            "Street",
            "Street address",
            "Address 1",
            "Address line 1",
            "Address1",
            "Street name",
            "Road", // en
            "Straße",
            "Strasse",
            "Straße und Hausnummer",
            "Straße, Nr.",
            "Str.", // de
            "Rue",
            "Adresse 1",
            "Voie",
            "Adresse ligne 1", // fr
            "Calle",
            "Dirección 1", // es
            "Via",
            "Indirizzo 1", // it
            "Rua",
            "Logradouro",
            "Endereço 1", // pt
            "Straat",
            "Straatnaam", // nl
            "Vej",
            "Vejnavn",
            "Gade", // da
            "Gate",
            "Gateadresse", // nb
            "Gata",
            "Gatuadress", // sv
            "Ulica",      // pl
            "町名・通り",
            "町名",
            "丁目",   // ja
            "街道",   // zh-Hans
            "الشارع", // ar
        ],
    ),
    (
        "Address.Town",
        &[
            "Town",
            "City",
            "Town or city",
            "Town/City",
            "Locality",
            "Suburb",
            "City/Town",
            "Post town", // en
            "Ort",
            "Stadt",
            "Wohnort", // de, sv
            "Ville",
            "Commune", // fr
            "Localidad",
            "Ciudad",
            "Población",
            "Municipio", // es
            "Città",
            "Comune",
            "Località", // it
            "Cidade ou localidade",
            "Cidade",
            "Localidade", // pt
            "Plaats",
            "Woonplaats", // nl
            "By",
            "Bynavn", // da
            "Sted",
            "Poststed", // nb
            "Stad",
            "Postort", // sv
            "Miejscowość",
            "Miasto", // pl
            "市区町村",
            "市町村", // ja
            "城镇",
            "城市",
            "市", // zh-Hans
            "المدينة أو البلدة",
            "المدينة", // ar
        ],
    ),
    (
        "Address.CountyRegion",
        &[
            "County",
            "Region",
            "State",
            "Province",
            "County or region",
            "State/Province",
            "State/Region", // en
            "Bundesland oder Region",
            "Bundesland",
            "Kanton", // de
            "Département ou région",
            "Région",
            "Département", // fr
            "Provincia o región",
            "Provincia",
            "Región",
            "Comunidad autónoma", // es
            "Provincia o regione",
            "Regione", // it
            "Distrito, estado ou região",
            "Distrito",
            "Estado",
            "Região", // pt
            "Provincie of regio",
            "Provincie",             // nl
            "Landsdel eller region", // da
            "Fylke eller region",
            "Fylke", // nb
            "Län eller region",
            "Län", // sv
            "Województwo lub region",
            "Województwo", // pl
            "都道府県または地域",
            "都道府県", // ja
            "省、州或地区",
            "省",
            "省份", // zh-Hans
            "المحافظة أو المنطقة",
            "المحافظة", // ar
        ],
    ),
    (
        "Address.Country",
        &[
            "Country",
            "Country name",
            "Country/Region", // en
            "Land",
            "Staat", // de, nl, da, nb, sv
            "Pays",  // fr
            "País",  // es, pt
            "Paese",
            "Nazione",
            "Stato", // it
            "Kraj",  // pl
            "国",
            "国名", // ja
            "国家/地区",
            "国家", // zh-Hans
            "الدولة",
            "البلد", // ar
        ],
    ),
    (
        "Address.Postcode",
        &[
            "Postcode",
            "Post code",
            "Postal code",
            "ZIP",
            "ZIP code",
            "ZIP/Postal code",
            "Zipcode",
            "ZIP/Postcode", // en
            "Postleitzahl",
            "PLZ", // de
            "Code postal",
            "CP", // fr
            "Código postal",
            "C.P.", // es, pt
            "Codice postale",
            "CAP", // it
            "CEP", // pt
            "Postnummer",
            "Postnr",       // da, nb, sv
            "Kod pocztowy", // pl
            "郵便番号",     // ja
            "邮政编码",
            "邮编",          // zh-Hans
            "الرمز البريدي", // ar
        ],
    ),
    ("Field1", &["Custom field 1", "Custom 1"]),
    ("Field2", &["Custom field 2", "Custom 2"]),
    ("Field3", &["Custom field 3", "Custom 3"]),
    ("Field4", &["Custom field 4", "Custom 4"]),
    ("Field5", &["Custom field 5", "Custom 5"]),
    (
        EMAILS,
        &[
            "Email marketing",
            "Marketing email",
            "Marketing email consent",
            "Email marketing consent",
            "Email consent",
            "Email opt in",
            "Newsletter",
            "Newsletter consent",
            "Marketing emails",
            "Email subscription",
            "Receive email marketing opt in",
            "Email permission", // en
            "E-Mail-Werbung",
            "E-Mail-Marketing",
            "Newsletter-Einwilligung",
            "Werbung per E-Mail", // de
            "Marketing par e-mail",
            "Lettre d'information",
            "Infolettre",
            "Consentement e-mail", // fr
            "Marketing por correo electrónico",
            "Boletín",
            "Consentimiento e-mail", // es
            "Marketing via e-mail",
            "Consenso e-mail", // it
            "Marketing por e-mail",
            "Consentimento e-mail", // pt
            "E-mailmarketing",
            "Nieuwsbrief", // nl
            "E-mailmarkedsføring",
            "Nyhedsbrev", // da
            "E-postmarkedsføring",
            "Nyhetsbrev",           // nb, sv
            "E-postmarknadsföring", // sv
            "Marketing e-mail",
            "Zgoda na e-mail", // pl
            "メールマガジン",
            "メルマガ", // ja
            "邮件营销",
            "电子邮件营销", // zh-Hans
            "التسويق عبر البريد الإلكتروني",
            "النشرة البريدية", // ar
        ],
    ),
    (
        SMS,
        &[
            "SMS marketing",
            "Marketing SMS",
            "SMS consent",
            "SMS opt in",
            "Text marketing",
            "SMS marketing consent",
            "Marketing SMS consent",
            "Text message consent",
            "SMS permission", // en
            "SMS-Werbung",
            "SMS-Einwilligung",
            "Werbung per SMS", // de
            "Marketing par SMS",
            "Consentement SMS", // fr
            "Marketing por SMS",
            "Consentimiento SMS", // es
            "Marketing via SMS",
            "Consenso SMS",                // it
            "Consentimento SMS",           // pt
            "Sms-marketing",               // nl
            "Sms-markedsføring",           // da, nb
            "Sms-marknadsföring",          // sv
            "Zgoda na SMS",                // pl
            "SMS配信",                     // ja
            "短信营销",                    // zh-Hans
            "التسويق عبر الرسائل القصيرة", // ar
        ],
    ),
    (
        CONSENTS,
        &[
            "Marketing",
            "Marketing consent",
            "Marketing opt in",
            "Opt in",
            "Consent",
            "GDPR",
            "GDPR consent",
            "Allow marketing",
            "Accepts marketing",
            "Subscribed", // en
            "Werbung",
            "Einwilligung",
            "Werbeeinwilligung",
            "DSGVO", // de
            "Consentement",
            "RGPD",           // fr, es
            "Consentimiento", // es
            "Consenso",
            "Consenso marketing", // it
            "Consentimento",      // pt
            "Toestemming",        // nl
            "Samtykke",           // da, nb
            "Samtycke",           // sv
            "Zgoda",
            "Zgoda marketingowa",
            "RODO", // pl
        ],
    ),
    (
        "ReceiveEmailMarketing",
        &["Group email marketing", "Group email consent", "Group newsletter"],
    ),
    ("ReceiveSmsMarketing", &["Group SMS marketing", "Group SMS consent"]),
    (
        "ReceiveRestaurantEmailMarketing",
        &["Restaurant email marketing", "Restaurant email consent", "Restaurant newsletter"],
    ),
    ("ReceiveRestaurantSmsMarketing", &["Restaurant SMS marketing", "Restaurant SMS consent"]),
    (
        "IsVip",
        &[
            "VIP",
            "VIP guest",
            "VIP customer",
            "VIP status",
            "VIP-Gast",
            "VIP client",
            "貴賓",
            "贵宾",
        ],
    ),
    (
        "Comments",
        &[
            "Comment",
            "Notes",
            "Note",
            "Remarks",
            "Guest notes",
            "Customer notes",
            "Memo", // en
            "Notizen",
            "Notiz",
            "Bemerkung",
            "Bemerkungen",
            "Anmerkungen",
            "Kommentar", // de
            "Commentaires",
            "Commentaire",
            "Remarques", // fr
            "Comentarios",
            "Notas",
            "Observaciones", // es
            "Commenti",
            "Note",
            "Osservazioni", // it
            "Comentários",
            "Observações", // pt
            "Opmerkingen",
            "Opmerking",
            "Notities", // nl
            "Bemærkninger",
            "Noter",
            "Kommentarer", // da
            "Merknader",
            "Notater", // nb
            "Anteckningar",
            "Anmärkningar", // sv
            "Uwagi",
            "Notatki",
            "Komentarz", // pl
            "備考",
            "メモ",   // ja
            "备注",   // zh-Hans
            "ملاحظات", // ar
        ],
    ),
    (
        "MembershipId",
        &[
            "Membership number",
            "Membership no",
            "Member number",
            "Member ID",
            "Loyalty number",
            "Loyalty card",
            "Membership", // en
            "Mitgliedsnummer",
            "Kundenkarte",      // de
            "Numéro de membre", // fr
            "Número de socio",  // es
            "Numero di tessera",
            "Tessera",          // it
            "Número de membro", // pt
            "Lidmaatschapsnummer",
            "Lidnummer",         // nl
            "Medlemsnummer",     // da, nb, sv
            "Numer członkowski", // pl
            "会員番号",          // ja
            "会员号",
            "会员编号",    // zh-Hans
            "رقم العضوية", // ar
        ],
    ),
    ("CustomerCodes", &["Codes", "Guest codes", "Code IDs"]),
    ("CustomerType", &["Guest type", "Kundentyp", "Type de client", "Tipo de cliente"]),
    ("IpAddress", &["IP", "IP address"]),
];
