// SPDX-License-Identifier: MIT
// What the pages load: a style sheet, a script, two drawings. Each is the same for everybody, and
// lies in web/.
#include "front/page.h"
#include "front/web_files.h"
#include "report/check_html.h"

const yn_page_file yn_page_files[] = {
    {"/style.css", "text/css; charset=utf-8", {yn_check_css, style_css}},
    {"/page.js", "text/javascript; charset=utf-8", {page_js, NULL}},
    {"/favicon.svg", "image/svg+xml", {favicon_svg, NULL}},
    {"/way.svg", "image/svg+xml", {way_svg, NULL}},
    {"/robots.txt", "text/plain; charset=utf-8", {robots_txt, NULL}},
    {0},
};
