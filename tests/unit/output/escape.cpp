// SPDX-License-Identifier: MIT
#include "output/escape.hpp"
#include "catch.hpp"

using namespace aihow::tool;

TEST_CASE("what a terminal would act on is shown, not sent", "[output][escape]") {
  CHECK(escape("compute-01") == "compute-01");
  CHECK(escape("a\033[2Jb") == "a\\x1b[2Jb");
  CHECK(escape("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(escape(std::string_view("\0\x7f", 2)) == "\\x00\\x7f");
  CHECK(escape("\xc2\x9b") == "\\u009b");      // the one-character form of ESC [
  CHECK(escape("\xe2\x80\xae") == "\\u202e");  // turns the text round
  CHECK(escape("\xef\xbb\xbf") == "\\ufeff");
}

TEST_CASE("text in other scripts stays, broken UTF-8 does not", "[output][escape]") {
  CHECK(escape("Zürich 東京 🙂") == "Zürich 東京 🙂");
  CHECK(escape("\xff") == "\\xff");
  CHECK(escape("\xc3") == "\\xc3");                    // cut off
  CHECK(escape("\xc0\xaf") == "\\xc0\\xaf");           // overlong
  CHECK(escape("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // surrogate
  CHECK(escape("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
}

TEST_CASE("a text of several lines cannot forge a line of its own", "[output][escape]") {
  CHECK(escape_lines("failed\nerror: all is well\n") == "failed\n  error: all is well");
  CHECK(escape_lines("") == "");
}

TEST_CASE("columns are characters, and clipping says that something is missing", "[output][escape]") {
  CHECK(columns("Zürich") == 6);
  CHECK(clip("Zürich", 6) == "Zürich");
  CHECK(clip("Zürich", 4) == "Zür…");
  CHECK(clip("abc", 1) == "…");
  CHECK(clip("abc", 0).empty());
}
