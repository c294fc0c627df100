// SPDX-License-Identifier: MIT
#include "cli/hsts_advise.h"

#include <stdio.h>

#include "base/text.h"
#include "cli/check_evidence.h"
#include "cli/colour.h"
#include "report/advise.h"

enum {
    output_max = 1 << 24,
};

static int look_at_list(const char *image, yn_arena *arena, yn_audit *audit)
{
    const yn_list one = {&image, 1};
    yn_check_how how = {.list_count = 0};
    int code = image ? yn_evidence_lists_open("hsts", &one, &how) : YN_EXIT_OK;
    if (!code && !yn_check_ask_lists(&how, audit, arena)) {
        fprintf(stderr, "yonder hsts: %s\n", yonder_strerror(YONDER_NO_MEMORY));
        code = YN_EXIT_FAILED;
    }
    yn_evidence_lists_close(&how);
    return code;
}

static int exit_code(const yn_advice *advice)
{
    switch (advice->steps[0].step) {
    case YN_STEP_UNKNOWN:
        return YN_EXIT_FAILED;
    case YN_STEP_PREPARE:
    case YN_STEP_MEND:
    case YN_STEP_BACK:
        return YN_EXIT_NEGATIVE;
    default:
        return advice->subdomain_count ? YN_EXIT_NEGATIVE : YN_EXIT_OK;
    }
}

static int print(const yn_hsts_advise_options *o, const yn_advised *advised, yn_colour colour)
{
    yn_buf out = yn_buf_make(output_max, NULL);
    yn_style style = yn_style_for(stdout, colour);
    int code = exit_code(advised->advice);
    if (o->json) {
        yn_advise_json(&out, advised);
        yn_buf_char(&out, '\n');
    } else {
        yn_advise_text(&out, advised, &style);
    }
    if (out.error) {
        fprintf(stderr, "yonder hsts: %s\n", yonder_strerror(out.error));
        code = YN_EXIT_FAILED;
    } else {
        (void)fwrite(out.ptr, 1, out.len, stdout); // main() reports a failure
    }
    yn_buf_free(&out);
    return code;
}

int yn_hsts_advise(const yn_hsts_advise_options *o, const char *domain)
{
    yn_colour colour;
    yn_audit audit;
    yn_advice advice;
    const yn_advise_options wants = {.subdomains = !o->no_subdomains, .preload = o->wants_preload};
    if (o->server && !yn_check_is_server(o->server))
        return yn_usage_error("hsts", "--server is one of " YN_SERVER_NAMES ", not '%s'",
                              o->server);
    if (o->no_subdomains && o->wants_preload)
        return yn_usage_error("hsts", "--wants-preload takes in sub-domains, so there is no "
                                      "--no-subdomains beside it");
    int code = yn_choose_colour("hsts", o->color, &colour);
    if (code)
        return code;
    yn_arena arena = yn_arena_make(NULL);
    code = yn_evidence_one("hsts", &o->evidence, domain, &arena, &audit);
    if (!code)
        code = look_at_list(o->preload, &arena, &audit);
    if (!code && yn_advise(&audit, &wants, &arena, &advice)) {
        fprintf(stderr, "yonder hsts: %s\n", yonder_strerror(YONDER_NO_MEMORY));
        code = YN_EXIT_FAILED;
    } else if (!code) {
        const yn_advised advised = {&audit, &advice, o->server, o->wants_preload};
        code = print(o, &advised, colour);
    }
    yn_arena_free(&arena);
    return code;
}
