// SPDX-License-Identifier: MIT
#include "commands/view.hpp"
#include "output/escape.hpp"
#include "output/render.hpp"

namespace aihow::tool {

std::string render(const View& view, OutputForm form, bool color) {
  if (form == OutputForm::table) return view.table(color);
  if (form == OutputForm::markdown) return view.markdown();
  if (form == OutputForm::dot) return view.dot();
  if (form == OutputForm::name) {
    std::string out;
    for (const std::string& name : view.names()) out += escape(name) + "\n";
    return out;
  }
  JsonWriter json;
  view.json(json);
  return form == OutputForm::json ? indented_json(json.text()) : yaml(json.text());
}

}  // namespace aihow::tool
