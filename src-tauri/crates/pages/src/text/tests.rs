use super::*;

#[test]
fn html_becomes_lines_lists_and_links() {
    for (raw, expected) in [
        ("One.<br /><br />Two.", "One.\n\nTwo."),
        ("<p>One\n line.</p>\n<p>Two.</p>", "One line.\n\nTwo."),
        ("<ul><li>a</li><li>b</li></ul>end", "- a\n- b\n\nend"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        (
            "See <a href=\"https://x.test/a?b=1&amp;c=2\">the page</a>.",
            "See the page (https://x.test/a?b=1&c=2).",
        ),
        ("See <a href='https://x.test/'>x.test</a>.", "See x.test."),
        ("See <a href=https://x.test></a>.", "See https://x.test."),
        ("<a href=\"javascript:alert(1)\">click</a>", "click"),
        ("<a href=\" JaVaScRiPt:alert(1)\" onclick='x'>click", "click"),
        (
            "Fish &amp; chips &lt;3 &eacute;&#8217;&#x1F600;<br>",
            "Fish & chips <3 é’😀",
        ),
        ("a<script>alert('<p>')</script >b<STYLE>p{}</STYLE>c", "abc"),
        ("a<script>alert(1)", "a"),
        ("a<!-- <p>hidden</p> -->b<img src=x onerror=alert(1)>c", "abc"),
        (
            "<h2>What</h2>happened<pre>  x\n  y</pre>",
            "What\n\nhappened\n\n  x\n  y",
        ),
        (
            "first line\n\nsecond <a href='https://x.test/y'>link</a>",
            "first line\n\nsecond link (https://x.test/y)",
        ),
        (
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
            "a b\nc",
        ),
        ("<b>a</b> <p title='>'>b</p>", "a\n\nb"),
    ] {
        assert_eq!(plain(raw), expected, "{raw}");
    }
}

#[test]
fn what_only_looks_like_markup_is_the_vendors_text() {
    for text in [
        "latency < 5 ms and > 3 ms",
        "set <your-key> and List<String> in foo_bar_baz",
        "2 * 3 * 4 = 24, 2**3 and 4**5",
        "#1234 and # and C# are fixed; __init__ is back",
        "* one\n* two\n- three\n1. four",
        "see [1] and [link](relative/path",
        "AT&T, R&D; ?a=1&copy=2",
        "a `**code**` span",
        "    **indented** code",
        "snake_case *starred* _word_",
        "a \\*b\\* c",
        "<p never ends",
        "Title\n=====\ntext",
    ] {
        assert_eq!(plain(text), text.trim_end(), "{text}");
    }
}

#[test]
fn markdown_loses_only_its_marks() {
    for (raw, expected) in [
        ("## What happened\nText", "What happened\nText"),
        ("**Update:** all **good**.", "Update: all good."),
        (
            "see [our blog](https://x.test/a_b_(c)) now",
            "see our blog (https://x.test/a_b_(c)) now",
        ),
        ("([x.test](http://x.test \"x.test\")).", "(x.test)."),
        (
            "**[bold link](https://x.test/1)**",
            "bold link (https://x.test/1)",
        ),
        (
            "[**bold** words](https://x.test/1)",
            "bold words (https://x.test/1)",
        ),
        ("[x](javascript:alert(1)) y", "x y"),
        ("![chart](https://x.test/a.png) y", "chart y"),
        (
            "[![chart](https://x.test/a.png)](https://x.test/b)",
            "chart (https://x.test/b)",
        ),
        ("go to <https://x.test/a>", "go to https://x.test/a"),
        (
            "* **a**: b\n* [c](https://x.test/d)",
            "* a: b\n* c (https://x.test/d)",
        ),
    ] {
        assert_eq!(plain(raw), expected, "{raw}");
    }
}

#[test]
fn plain_text_is_tidy_and_without_control_characters() {
    assert_eq!(plain("a\r\nb\rc  \n\n\n\nd\t e\n"), "a\nb\nc\n\nd  e");
    assert_eq!(
        plain("\u{1b}[31mred\u{1b}[0m\u{7}\0 \u{202e}desrever\u{2066}x\u{200f}"),
        "[31mred[0m desreverx"
    );
    assert_eq!(plain("&#27;[31m&#x202e;x&#0;&#xD800;"), "[31mx\u{fffd}\u{fffd}");
    assert_eq!(plain("\u{2028}a\u{85}b"), "a\nb");
    assert_eq!(plain("👩\u{200d}💻"), "👩\u{200d}💻");
    assert_eq!(plain(" \n\t "), "");
}

#[test]
fn a_megabyte_of_text_stays_whole() {
    let long = "All is well. ".repeat(80_000);
    assert_eq!(plain(&long), long.trim_end());
}

/// Each of these makes some parser take quadratic time, which for a megabyte is minutes: then this test never ends.
#[test]
fn hostile_repetition_is_read_to_its_end() {
    for piece in [
        "<div>",
        "</p>",
        "<div></p>",
        "<b><p></b>",
        "<a href='https://x.test'><p>",
        "<a \"",
        "<!--",
        "<!---->",
        "<p a b c d",
        "&",
        "&amp;",
        "[",
        "[a](",
        "![a](",
        "`",
        "**a",
        "*a **b ",
        ">",
        "- ",
        "> a\n",
        "# a\n",
        "<script",
        "<em><i><b>",
    ] {
        let raw = piece.repeat(200_000 / piece.len());
        assert!(plain(&raw).len() <= 2 * raw.len(), "{piece}");
        for raw in [raw.as_str(), raw.get(..60_000).unwrap()] {
            assert!(!safe_html(raw).contains("<script"), "{piece}");
        }
    }
}

#[test]
fn safe_html_keeps_a_few_tags_and_no_danger() {
    for (raw, expected) in [
        ("One.<br /><br />Two.", "One.<br><br>Two."),
        (
            "<p onclick=x style='a'>a <a href='https://x.test' target=_blank>b</a></p>",
            "<p>a <a href=\"https://x.test\" rel=\"noopener nofollow\">b</a></p>",
        ),
        (
            "<a href='javascript:alert(1)'>x</a>",
            "<a rel=\"noopener nofollow\">x</a>",
        ),
        (
            "<a href='data:text/html,x'>x</a><a href='/rel'>y</a>",
            "<a rel=\"noopener nofollow\">x</a><a rel=\"noopener nofollow\">y</a>",
        ),
        ("<img src=x onerror=alert(1)>a<svg/onload=alert(1)>", "a"),
        ("<script>alert(1)</script><style>*{}</style>b", "b"),
        ("<iframe src=x></iframe><h1>T</h1>", "<p>T</p>"),
        (
            "plain <your-key> & text\nline\n\nnew",
            "<p>plain &lt;your-key&gt; &amp; text<br>line</p><p>new</p>",
        ),
        (
            "# T\n**b** [l](https://x.test)\nnext",
            "<p><strong>T</strong></p>\n<p><strong>b</strong> <a href=\"https://x.test\" rel=\"noopener nofollow\">l</a><br>\nnext</p>\n",
        ),
        (
            "**b** <b>i</b> [x](javascript:alert(1))",
            "**b** <b>i</b> [x](javascript:alert(1))",
        ),
        (
            "**b** <x onclick=y> [x](javascript:alert(1))",
            "<p><strong>b</strong> &lt;x onclick=y&gt; <a rel=\"noopener nofollow\">x</a></p>\n",
        ),
        (
            "**b** ![i](https://x.test/i.png)\u{202e}\u{1b}",
            "<p><strong>b</strong> i</p>\n",
        ),
        // Found by fuzzing: in a text, words that look like an attribute are words.
        ("href=\"data", "<p>href=\"data</p>"),
        (
            "&lt;script&gt;alert(1)&lt;/script&gt;<br>",
            "&lt;script&gt;alert(1)&lt;/script&gt;<br>",
        ),
    ] {
        assert_eq!(safe_html(raw), expected, "{raw}");
    }
}

#[test]
fn text_nested_beyond_reason_is_shown_as_text() {
    assert_eq!(safe_html(&("<b>".repeat(100) + "x")), "<p>x</p>");
    let deep = ">".repeat(500) + "x";
    assert_eq!(
        safe_html(&format!("**a**\n{deep}")),
        format!("<p>**a**<br>{}x</p>", "&gt;".repeat(500))
    );
    // Paragraphs and list items that are never closed are not nested.
    assert!(safe_html(&"<p>a".repeat(100)).starts_with("<p>a</p><p>a</p>"));
}

#[test]
fn a_sentence_ends_where_a_reader_would_end_it() {
    for (text, expected) in [
        ("We are investigating. More soon.", "We are investigating."),
        (
            "Version 1.2.3 fails, e.g. on v2. Next.",
            "Version 1.2.3 fails, e.g. on v2.",
        ),
        ("Is it down? Yes.", "Is it down?"),
        ("No end here\nbut more", "No end here but more"),
        ("Heading\n\nText.", "Heading"),
        ("ただいま調査中です。続報を。", "ただいま調査中です。"),
        (
            "At 9 a.m. Pacific it broke. Sorry.",
            "At 9 a.m. Pacific it broke.",
        ),
        ("", ""),
    ] {
        assert_eq!(first_sentence(text, 100), expected);
    }
    assert_eq!(
        first_sentence("A rather long sentence without an end", 10),
        "A rather…"
    );
}

#[test]
fn cutting_counts_characters_and_keeps_them_whole() {
    for (text, most, expected) in [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("ééé", 2, "é…"),
        ("a b", 2, "a…"),
        ("👩\u{200d}💻xx", 3, "👩…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("", 0, ""),
    ] {
        assert_eq!(cut(text, most), expected, "{text} {most}");
    }
}

#[test]
fn titles_become_inert_and_stay_on_one_line() {
    assert_eq!(inert("Two  blanks stay"), "Two  blanks stay");
    assert_eq!(inert("a\nb\tc\u{1b}[0m\u{202e}d"), "a b c[0md");
    assert_eq!(one_line(" a \n\n b\tc "), "a b c");
}

#[test]
fn a_body_that_is_nothing_but_a_link_is_known() {
    for body in [
        "https://x.test/a",
        " <a href='https://x.test/a'>Read it</a> ",
        "<p><a href=\"https://x.test/a\">x</a></p>",
        "[Read it](https://x.test/a)",
    ] {
        assert_eq!(only_link(body).as_deref(), Some("https://x.test/a"), "{body}");
    }
    for body in [
        "see https://x.test/a",
        "<p>See <a href='https://x.test/a'>x</a></p>",
        "[a](b) [c](d)",
        "",
        "x",
    ] {
        assert_eq!(only_link(body), None, "{body}");
    }
}

mod properties {
    use proptest::prelude::*;

    use super::super::*;

    /// Texts made of what confuses parsers.
    fn confusing() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "<p>",
            "</p>",
            "<a href='",
            "https://x.test",
            "javascript:x",
            "'>",
            "</a>",
            "<b",
            ">",
            "<",
            "\"",
            "**",
            "*",
            "[",
            "](",
            ")",
            "`",
            "```\n",
            "\n",
            "\n\n",
            "# ",
            "- ",
            "> ",
            "&amp;",
            "&",
            "&#x1b;",
            ";",
            "é",
            "😀",
            "\u{202e}",
            "\u{1b}",
            "\r",
            "\t",
            " ",
            "word",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<li>",
            "<ul>",
            "\\",
            "_",
            "!",
        ]);
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_text_gets_a_control_character_through(raw in prop_oneof![confusing(), any::<String>()]) {
            let text = plain(&raw);
            prop_assert!(text.chars().all(|c| c == '\n' || !(c.is_control() || is_invisible_control(c))));
            prop_assert!(!text.contains("\n\n\n"));
            prop_assert!(text.lines().all(|line| line.trim_end() == line));
            prop_assert!(inert(&raw).chars().all(|c| !(c.is_control() || is_invisible_control(c))));
        }

        #[test]
        fn no_text_gets_a_script_or_a_strange_link_through(raw in prop_oneof![confusing(), any::<String>()]) {
            let html = safe_html(&raw);
            let tags = html.match_indices('<').map(|(at, _)| &html[at..]);
            for tag in tags {
                let name: String = tag[1..].trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(
                    ["a", "b", "blockquote", "br", "code", "em", "i", "li", "ol", "p", "pre", "strong", "ul"]
                        .contains(&name.as_str()),
                    "{html}"
                );
                let attributes = &tag[..tag.find('>').unwrap_or(tag.len())];
                prop_assert!(!attributes.contains("javascript:"), "{html}");
            }
        }

        #[test]
        fn cut_is_never_longer_than_asked(text in any::<String>(), most in 0_usize..50) {
            prop_assert!(cut(&text, most).chars().count() <= most);
            prop_assert!(first_sentence(&text, most).chars().count() <= most);
        }

        #[test]
        fn words_without_marks_are_not_touched(text in "[A-Za-z0-9 .,;:!?()_%$@é-]{0,200}") {
            prop_assert_eq!(plain(&text), text.trim_end());
        }
    }
}
