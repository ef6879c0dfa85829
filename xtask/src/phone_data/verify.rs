//! For the phone data generator: compares the reader's answers with upstream's.

use dinerkit::rules::phone::{Masks, Phone, Table, Verdict, format_as_you_type, inspect};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// One line of the corpus, as `tests/phone/corpus.mjs` prints it.
struct Case<'a> {
    set: &'a str,
    chosen: u16,
    typed: &'a str,
    verdict: &'a str,
    kind: &'a str,
    calling_code: &'a str,
    national: &'a str,
    international: &'a str,
    allowed: &'a str,
}

impl<'a> Case<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.split('\t');
        let mut next = || fields.next();
        Some(Self {
            set: next()?,
            chosen: next()?.parse().ok()?,
            typed: next()?,
            verdict: next()?,
            kind: next()?,
            calling_code: next()?,
            national: next()?,
            international: next()?,
            allowed: next()?,
        })
    }
}

/// Agreement in one set of cases.
#[derive(Default)]
struct Score {
    cases: usize,
    valid: usize,
    possible: usize,
    types: usize,
    national: usize,
    e164: usize,
    grouped: usize,
    allowed: usize,
}

/// Names of the compared answers, in the order of [`Score::row`].
const COLUMNS: [&str; 9] =
    ["set", "cases", "valid", "possible", "types", "national", "E.164", "grouping", "allowed"];
/// Differences shown at most.
const SHOWN: usize = 40;

impl Score {
    fn row(&self) -> [usize; 8] {
        let Self { cases, valid, possible, types, national, e164, grouped, allowed } = *self;
        [cases, valid, possible, types, national, e164, grouped, allowed]
    }

    /// Counts a case. Returns false if any answer differs.
    fn count(
        &mut self,
        case: &Case<'_>,
        phone: &Phone,
        without_table: &Phone,
        grouped: &str,
    ) -> bool {
        let parsed = !case.calling_code.is_empty();
        // "?" means that upstream lost digits to its floating-point numbers.
        let readable = parsed && case.national != "?";
        let valid = (phone.verdict == Verdict::Valid) == (case.verdict == "valid");
        let possible = (phone.verdict != Verdict::Impossible) == (case.verdict != "impossible")
            && (without_table.verdict == Verdict::Possible || case.verdict != "possible")
            && (without_table.verdict == Verdict::Impossible || case.verdict != "impossible");
        let types = phone.types.iter().eq((!case.kind.is_empty()).then_some(case.kind));
        let national = !readable
            || (phone.national == case.national && without_table.national == case.national);
        let e164 = !readable || phone.e164() == format!("+{}{}", case.calling_code, case.national);
        let grouped = case.international.is_empty() || grouped == case.international;
        let same = valid && possible && types && national && e164 && grouped;
        if !same && !case.allowed.is_empty() {
            self.allowed += 1;
            return true;
        }
        self.cases += 1;
        self.valid += usize::from(valid);
        self.possible += usize::from(possible);
        self.types += usize::from(types);
        self.national += usize::from(national);
        self.e164 += usize::from(e164);
        self.grouped += usize::from(grouped);
        same
    }
}

/// Agreement with upstream's formatter after each key. A difference is not an error: upstream
/// sometimes waits for more digits, where dinerkit shows the groups of what the number may become.
#[derive(Default)]
struct Typing {
    states: usize,
    same: usize,
    /// Upstream shows the national number without groups, because it lacks digits or a format.
    plain: usize,
    whole: usize,
    whole_same: usize,
    number: String,
    last_same: bool,
}

/// How `corpus.mjs` begins a line for [`Typing`].
const AS_YOU_TYPE: &str = "as you type\t";

impl Typing {
    /// Counts a state, which is what is typed and what upstream shows. Returns false for a line of
    /// another kind.
    fn count(&mut self, line: &str, (table, masks): (&Table, &Masks)) -> bool {
        let state = line.strip_prefix(AS_YOU_TYPE).and_then(|state| state.split_once('\t'));
        let Some((typed, expected)) = state else { return false };
        if !typed.starts_with(&self.number) {
            self.end_number();
        }
        typed.clone_into(&mut self.number);
        let shown =
            format_as_you_type(None, typed, typed.len(), masks, Some(table)).unwrap_or_default().0;
        self.last_same = shown == expected;
        self.states += 1;
        self.same += usize::from(self.last_same);
        let national = expected.split_once(' ').map_or("", |(_, national)| national);
        let is_plain = national.bytes().all(|byte| byte.is_ascii_digit());
        self.plain += usize::from(!self.last_same && is_plain);
        true
    }

    fn end_number(&mut self) {
        self.whole += 1;
        self.whole_same += usize::from(self.last_same);
    }

    fn print(mut self) {
        self.end_number();
        let Self { states, same, plain, whole, whole_same, .. } = self;
        let percent = 100.0 * same as f64 / states as f64;
        println!(
            "as you type: {same} of {states} states as upstream ({percent:.1} %), in {plain} of the others upstream \
             shows no groups yet; whole numbers: {whole_same} of {whole}"
        );
    }
}

fn describe(phone: &Phone) -> String {
    let types: Vec<&str> = phone.types.iter().collect();
    format!("{:?} {} {}", phone.verdict, types.join(" "), phone.e164())
}

/// Runs the corpus of `seed` through the reader and prints the agreement. Returns an error if an
/// answer differs that `differences.json` does not allow.
pub(super) fn verify(
    tools: &Path,
    metadata: &[u8],
    tables: (&Table, &Masks),
    seed: &str,
) -> Result<(), String> {
    let mut node = Command::new("node")
        .arg(tools.join("corpus.mjs"))
        .arg(seed)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("node, which runs upstream's library: {error}"))?;
    let failed = |error: std::io::Error| format!("phone corpus: {error}");
    // Dropped at once, which tells the script that there is no more.
    node.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(metadata)).map_err(failed)?;

    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut differences = vec![];
    let mut typing = Typing::default();
    for line in node.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
        let line = line.map_err(failed)?;
        if typing.count(&line, tables) {
            continue;
        }
        let case = Case::parse(&line).ok_or_else(|| format!("phone corpus: cannot read {line}"))?;
        let phone = inspect(Some(case.chosen), case.typed, Some(tables.0));
        let without_table = inspect(Some(case.chosen), case.typed, None);
        let score = scores.entry(case.set.to_owned()).or_default();
        let before = score.allowed;
        let e164 = phone.e164();
        // Some numbers begin like a trunk prefix, and are read as other numbers when they stand
        // alone.
        let again = inspect(None, &e164, None).e164();
        let grouped = if again == e164 {
            format_as_you_type(None, &e164, e164.len(), tables.1, Some(tables.0))
                .unwrap_or_default()
                .0
        } else {
            case.international.to_owned()
        };
        if !score.count(&case, &phone, &without_table, &grouped) {
            differences.push(format!(
                "+{} {:?}: upstream {} {} +{}{} {}, here {} {}, without table {}",
                case.chosen,
                case.typed,
                case.verdict,
                case.kind,
                case.calling_code,
                case.national,
                case.international,
                describe(&phone),
                grouped,
                describe(&without_table)
            ));
        }
        if score.allowed > before {
            *reasons.entry(case.allowed.to_owned()).or_default() += 1;
        }
    }
    let status = node.wait().map_err(failed)?;
    if !status.success() || scores.is_empty() {
        return Err(format!(
            "phone corpus: {status}; is google-libphonenumber installed (npm ci)?"
        ));
    }
    print(&scores);
    typing.print();
    for (reason, count) in &reasons {
        println!("{count} allowed: {reason}");
    }
    for difference in differences.iter().take(SHOWN) {
        println!("{difference}");
    }
    match differences.len() {
        0 => Ok(()),
        count => Err(format!("phone data: {count} answers differ from upstream's")),
    }
}

fn print(scores: &BTreeMap<String, Score>) {
    println!("| {} |\n|{}", COLUMNS.join(" | "), " --- |".repeat(COLUMNS.len()));
    let mut all = [0; 8];
    let print_row = |set: &str, row: [usize; 8]| {
        println!("| {set} | {} |", row.map(|value| value.to_string()).join(" | "));
    };
    for (set, score) in scores {
        let row = score.row();
        all.iter_mut().zip(row).for_each(|(all, value)| *all += value);
        print_row(set, row);
    }
    print_row("all", all);
}
