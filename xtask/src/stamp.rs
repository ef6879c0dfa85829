//! Remembers which inputs a step was done for, so that it is not done again for the same ones.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A file that holds the inputs for which a step was last done.
#[derive(Debug)]
pub(crate) struct Stamp {
    file: PathBuf,
    inputs: Inputs,
}

/// The inputs of a step, hashed to one number. The hash need not be cryptographic, because nobody
/// gains by a collision. If a new version of Rust changes the hash, the step is only repeated.
#[derive(Debug, Default, Clone)]
pub(crate) struct Inputs(DefaultHasher);

impl Inputs {
    /// Adds a value.
    pub(crate) fn value(mut self, value: impl Hash) -> Self {
        value.hash(&mut self.0);
        self
    }

    /// Adds a file's bytes, or the name and the bytes of every file below a folder. A path that
    /// does not exist is an input too, because it may appear.
    pub(crate) fn path(self, path: &Path) -> Result<Self> {
        if !path.is_dir() {
            return Ok(self.value(fs::read(path).ok()));
        }
        let mut entries = fs::read_dir(path)
            .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
            .with_context(|| format!("{} can't be read", path.display()))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        entries
            .iter()
            .try_fold(self, |inputs, entry| inputs.value(entry.file_name()).path(&entry.path()))
    }

    fn finish(&self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

impl Stamp {
    /// A stamp in `file` for these inputs.
    pub(crate) fn new(file: PathBuf, inputs: Inputs) -> Self {
        Self { file, inputs }
    }

    /// Whether the step was done for these inputs, and its outputs are still there.
    pub(crate) fn is_fresh(&self, outputs: &[PathBuf]) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|text| text == self.inputs.finish())
            && outputs.iter().all(|output| output.exists())
    }

    /// Remembers that the step was done.
    pub(crate) fn write(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("{} can't be made", folder.display()))?;
        }
        fs::write(&self.file, self.inputs.finish())
            .with_context(|| format!("{} can't be written", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn stamp_is_fresh_until_an_input_changes_or_an_output_is_removed() {
        let folder = folder("stamp");
        let (input, output) = (folder.join("input"), folder.join("output"));
        fs::write(&input, "1").unwrap();
        let stamp = |value: &str| {
            let inputs = Inputs::default().value(value).path(&input).unwrap();
            Stamp::new(folder.join("stamps").join("step"), inputs)
        };
        let outputs = [output.clone()];

        assert!(!stamp("a").is_fresh(&outputs), "never done");
        fs::write(&output, "").unwrap();
        stamp("a").write().unwrap();
        assert!(stamp("a").is_fresh(&outputs), "just done");
        assert!(!stamp("b").is_fresh(&outputs), "another value");
        fs::write(&input, "2").unwrap();
        assert!(!stamp("a").is_fresh(&outputs), "another file");
        fs::write(&input, "1").unwrap();
        fs::remove_file(&output).unwrap();
        assert!(!stamp("a").is_fresh(&outputs), "no output");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn stamp_of_a_folder_changes_with_the_names_and_bytes_below_it() {
        let folder = folder("inputs");
        let hash = || Inputs::default().path(&folder).unwrap().finish();
        let empty = hash();
        fs::create_dir_all(folder.join("a")).unwrap();
        fs::write(folder.join("a").join("b"), "1").unwrap();
        let one = hash();
        fs::rename(folder.join("a").join("b"), folder.join("a").join("c")).unwrap();
        let renamed = hash();
        assert!(empty != one && one != renamed);
        assert_eq!(renamed, hash());
        fs::remove_dir_all(folder).unwrap();
    }
}
