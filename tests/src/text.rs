//! A page as its reader has it: words, without mark-up.

/// The words of a page or a part of it, one space between them.
pub fn words(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        // What stands in a style or a picture is nothing to read.
        let closing = ["style", "svg", "script"].into_iter().find(|name| tag.starts_with(name));
        let end =
            closing.and_then(|name| tag.find(&format!("</{name}")).map(|at| at + 2)).unwrap_or_default();
        rest = tag[end..].split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    let decoded =
        [("&#39;", "'"), ("&#34;", "\""), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
            .into_iter()
            .fold(text, |text, (entity, character)| text.replace(entity, character));
    decoded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn only_words_are_left() {
        let page = "<style>p { x }</style><p class=\"a\">It&#39;s <b>34</b>\n of\t34 &lt; 35</p><svg><text>1</text></svg>.";
        assert_eq!(words(page), "It's 34 of 34 < 35 .");
    }
}
