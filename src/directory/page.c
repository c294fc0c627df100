// SPDX-License-Identifier: MIT
#include "directory/web.h"

const yn_web_route yn_page_routes[] = {{NULL, NULL, YN_WEB_READ, NULL}}; // those of branch page
