//! The workflows run only code that is pinned, with no more rights than they need, and the release
//! says where it comes from.
//!
//! GitHub does not run here, so a mistake in a workflow would show when a release is under way.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::workspace::Workspace;

/// The workflow that publishes.
const RELEASE: &str = "release.yml";

/// Checks every workflow.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join(".github").join("workflows");
    let unreadable = || format!("{} can't be read", folder.display());
    let mut found = Vec::new();
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path())
            .with_context(|| format!("{} can't be read", entry.path().display()))?;
        found.extend(
            problems(&name, &text).into_iter().map(|problem| format!("  {name}: {problem}")),
        );
        names.push(name);
    }
    if !names.iter().any(|name| name == RELEASE) {
        found.push(format!("  {RELEASE} is missing"));
    }
    if found.is_empty() {
        return Ok(());
    }
    bail!("a workflow in .github/workflows is not as it should be:\n{}", found.join("\n"))
}

/// What is wrong with a workflow.
fn problems(name: &str, text: &str) -> Vec<String> {
    let workflow: Map<String, Value> = match serde_saphyr::from_str(text) {
        Ok(workflow) => workflow,
        Err(error) => return vec![format!("is no workflow in YAML: {error}")],
    };
    let mut problems = Vec::new();
    match workflow.get("permissions") {
        Some(Value::Object(permissions)) if writes(permissions).is_empty() => {}
        _ => problems.push("permissions takes rights to read; a job has those to write".to_owned()),
    }
    if text.contains("secrets.") {
        problems.push(
            "a secret can be stolen: npm trusts the workflow, and github.token is its own"
                .to_owned(),
        );
    }
    let jobs: Vec<Job<'_>> = workflow
        .get("jobs")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(Job::read)
        .collect();
    problems.extend(jobs.iter().flat_map(Job::problems));
    problems.extend(unpinned(text));
    if name == RELEASE {
        problems.extend(release_problems(&jobs));
    }
    problems
}

/// What is wrong with the jobs of the workflow that publishes.
fn release_problems(jobs: &[Job<'_>]) -> Vec<String> {
    let mut problems = Vec::new();
    let is_dry = |line: &&str| line.contains("--dry-run");
    let publishing: Vec<(&Job<'_>, &Step<'_>, &str)> = jobs
        .iter()
        .flat_map(|job| job.steps.iter().map(move |step| (job, step)))
        .flat_map(|(job, step)| step.lines("npm publish").map(move |line| (job, step, line)))
        .filter(|(_, _, line)| !is_dry(line))
        .collect();
    if publishing.is_empty() {
        problems.push("no step publishes: `npm publish` is missing".to_owned());
    }
    for (job, step, line) in &publishing {
        if !line.split_whitespace().any(|word| word == "--provenance") {
            problems.push(format!("job {}: npm publish takes --provenance", job.name));
        }
        if job.writes != ["id-token"] {
            problems.push(format!(
                "job {}: publishing takes the right id-token: write alone",
                job.name
            ));
        }
        if !step.condition.contains("!inputs.dry-run") {
            problems
                .push(format!("job {}: publishing takes the condition !inputs.dry-run", job.name));
        }
    }
    let is_after = |job: &Job<'_>| {
        publishing.iter().all(|(publisher, _, _)| job.needs.contains(&publisher.name.as_str()))
    };
    let attaches = |job: &Job<'_>| {
        job.writes == ["contents"]
            && is_after(job)
            && job.steps.iter().any(|step| {
                step.lines("gh release create").next().is_some()
                    && step.run.contains("SHA256SUMS")
                    && step.run.contains("-names.tgz")
            })
    };
    if !jobs.iter().any(attaches) {
        problems.push(
            "no job attaches the sums and the names to the release once it is published".to_owned(),
        );
    }
    problems
}

/// Each action that is not named by the hash of a commit, with its version behind it: a tag can be
/// moved to other code.
fn unpinned(text: &str) -> Vec<String> {
    let uses = text.lines().enumerate().filter_map(|(index, line)| {
        let line = line.trim_start();
        let action = line.strip_prefix("- ").unwrap_or(line).strip_prefix("uses:")?;
        Some((index + 1, action.trim()))
    });
    uses.filter(|(_, action)| !is_pinned(action))
        .map(|(line, action)| {
            format!(
                "line {line}: {action} takes the hash of a commit, and its version as a comment"
            )
        })
        .collect()
}

fn is_pinned(action: &str) -> bool {
    let Some((path, version)) = action.split_once(" # v") else { return false };
    let Some((_, commit)) = path.split_once('@') else { return false };
    let is_hash = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash && version.starts_with(|first: char| first.is_ascii_digit())
}

/// A job, as far as it is checked.
struct Job<'a> {
    name: String,
    has_permissions: bool,
    writes: Vec<&'a str>,
    needs: Vec<&'a str>,
    steps: Vec<Step<'a>>,
}

/// A step, as far as it is checked.
struct Step<'a> {
    condition: &'a str,
    run: &'a str,
}

impl<'a> Job<'a> {
    fn read((name, job): (&'a String, &'a Value)) -> Self {
        let permissions = job.get("permissions");
        let needs = match job.get("needs") {
            Some(Value::Array(needs)) => needs.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(need)) => vec![need.as_str()],
            _ => Vec::new(),
        };
        let text =
            |step: &'a Value, name| step.get(name).and_then(Value::as_str).unwrap_or_default();
        let steps = job.get("steps").and_then(Value::as_array).into_iter().flatten();
        Self {
            name: name.clone(),
            has_permissions: permissions.is_some_and(Value::is_object),
            writes: permissions.and_then(Value::as_object).map(writes).unwrap_or_default(),
            needs,
            steps: steps
                .map(|step| Step { condition: text(step, "if"), run: text(step, "run") })
                .collect(),
        }
    }

    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !self.has_permissions {
            problems.push(format!("job {}: name its permissions one by one", self.name));
        }
        // Whoever changes a file in a job that may write would change the release too.
        if self.writes.len() > 1 {
            problems.push(format!("job {}: one right to write is enough: split it", self.name));
        }
        // GitHub puts the text of an expression into the script, where it is code.
        if self.steps.iter().any(|step| step.run.contains("${{")) {
            problems.push(format!("job {}: give a script its values by env", self.name));
        }
        problems
    }
}

impl<'a> Step<'a> {
    /// The lines of its script that hold these words.
    fn lines(&self, words: &'static str) -> impl Iterator<Item = &'a str> {
        self.run.lines().filter(move |line| line.contains(words))
    }
}

/// The rights to write.
fn writes(permissions: &Map<String, Value>) -> Vec<&str> {
    let is_write = |value: &Value| value.as_str() == Some("write");
    permissions.iter().filter(|(_, value)| is_write(value)).map(|(name, _)| name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = include_str!("../../../.github/workflows/release.yml");

    #[test]
    fn workflow_of_this_tree_is_as_it_should_be() {
        assert_eq!(problems(RELEASE, WHOLE), [""; 0]);
    }

    #[test]
    fn workflow_is_refused_without_any_of_its_guards() {
        for (from, to, problem) in [
            (" --provenance", "", "takes --provenance"),
            ("      id-token: write\n", "", "id-token: write alone"),
            (
                "      id-token: write\n",
                "      id-token: write\n      packages: write\n",
                "split it",
            ),
            (
                "        if: ${{ !inputs.dry-run }}\n        run: npm",
                "        run: npm",
                "takes the condition",
            ),
            ("npm publish --provenance", "npm pack", "no step publishes"),
            ("    needs: release\n", "", "attaches the sums"),
            (" npm/dinerkit-*.SHA256SUMS", "", "attaches the sums"),
            (" names/dinerkit-*-names.tgz", "", "attaches the sums"),
            ("@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7", "takes the hash"),
            (
                "@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
                "@3d3c42e # v7.0.1",
                "takes the hash",
            ),
            (" # v7.0.1", "", "takes the hash"),
            ("\npermissions:\n  contents: read\n", "\n", "rights to read"),
            ("\npermissions:\n  contents: read\n", "\npermissions: write-all\n", "rights to read"),
            (
                "\npermissions:\n  contents: read\n",
                "\npermissions:\n  contents: write\n",
                "rights to read",
            ),
            (
                "    permissions:\n      contents: read\n      # npm",
                "    permissions: write-all\n    env:\n      # npm",
                "one by one",
            ),
            ("${{ github.token }}", "${{ secrets.TOKEN }}", "can be stolen"),
            ("dinerkit@$PREVIOUS", "dinerkit@${{ inputs.previous }}", "by env"),
            ("name: release\n", "name: [\n", "is no workflow"),
        ] {
            let text = WHOLE.replacen(from, to, 1);
            assert_ne!(text, WHOLE, "{from} is not in the workflow");
            let found = problems(RELEASE, &text);
            assert!(found.iter().any(|found| found.contains(problem)), "{from} → {to}: {found:?}");
        }
    }

    #[test]
    fn workflow_that_publishes_nothing_needs_no_provenance() {
        let text = "permissions: {}\njobs:\n  a:\n    permissions: {}\n    steps:\n      - run: cargo test\n";
        assert_eq!(problems("test.yml", text), [""; 0]);
        assert!(!problems(RELEASE, text).is_empty());
    }
}
