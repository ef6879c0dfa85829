//! Comments of TypeScript's declarations, for the pages that are made from tables.

/// The longest line, as `.prettierrc.json` has it.
const WIDTH: usize = 120;

/// A JSDoc comment with its line break, on one line if it fits.
pub(crate) fn comment(indent: &str, text: &str) -> String {
    let text = text.trim();
    let line = [indent, "/** ", text, " */\n"].concat();
    if line.trim_end().chars().count() <= WIDTH {
        return line;
    }
    let begin = [indent, " *"].concat();
    let mut comment = [indent, "/**\n"].concat();
    let mut line = begin.clone();
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            comment += &line;
            comment.push('\n');
            line.clone_from(&begin);
        }
        line.push(' ');
        line += word;
    }
    comment + &line + "\n" + &begin + "/\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jsdoc_breaks_its_line_where_the_next_word_would_not_fit() {
        let word = "x".repeat(55);
        assert_eq!(comment("  ", " Short. "), "  /** Short. */\n");
        assert_eq!(comment("", &[&*word, &word].join(" ")), format!("/** {word} {word} */\n"));
        assert_eq!(
            comment("", &[&*word, &word, &word].join(" ")),
            format!("/**\n * {word} {word}\n * {word}\n */\n")
        );
    }
}
