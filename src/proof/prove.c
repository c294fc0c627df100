// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "proof/prover.h"

enum {
    most_text = 1 << 26,
};

static size_t order_of_finding(const yn_proof_finding *f)
{
    return f->rule_count ? f->rules[0].order : 0;
}

static int compare_findings(const void *a, const void *b)
{
    const yn_proof_finding *x = a, *y = b;
    size_t m = order_of_finding(x), n = order_of_finding(y);
    if (m != n)
        return m < n ? -1 : 1;
    if (x->code != y->code)
        return x->code < y->code ? -1 : 1;
    size_t r = x->rule_count > 1 ? x->rules[1].order : 0;
    size_t s = y->rule_count > 1 ? y->rules[1].order : 0;
    return r < s ? -1 : r > s;
}

static int compare_undecided(const void *a, const void *b)
{
    const yn_proof_undecided *x = a, *y = b;
    return x->rule.order < y->rule.order ? -1 : x->rule.order > y->rule.order;
}

static void prove(yn_prover *p)
{
    yn_prove_plain(p);
    for (size_t i = 0; i < p->model.symbolic_count && !p->failed; i++) {
        const yn_view *rule = p->model.symbolic[i];
        yn_prover_next(p);
        yn_prove_symbolic(p, rule);
        yn_prove_alive(p, rule);
        yn_prove_local(p, rule);
    }
    yn_prove_sites(p);
}

static bool make_tools(yn_prover *p)
{
    size_t size = p->model.end_order * sizeof *p->memo;
    p->memo = yn_alloc(p->options->mem, size);
    if (!p->memo)
        return false;
    memset(p->memo, 0, size);
    if (!yn_candidates_make(&p->candidates, &p->model))
        return false;
    if (yn_asker_make(&p->asker, p->model.set, &p->model.hosts, p->options->mem))
        return true;
    yn_candidates_free(&p->candidates);
    return false;
}

int yn_prover_open(yn_prover *p, yn_proof *out, const yonder_rules *set,
                   const yn_proof_options *options)
{
    const yonder_mem *mem = options->mem;
    *p = (yn_prover){.out = out, .options = options, .nobody = {.now = options->now}};
    *out = (yn_proof){.arena = yn_arena_make(mem),
                      .findings = yn_buf_make((size_t)1 << 40, mem),
                      .undecided = yn_buf_make((size_t)1 << 40, mem)};
    int error = yn_model_make(&p->model, set, options->hosts, options->host_count, mem);
    if (error)
        return error;
    p->arena = yn_arena_make(mem);
    p->shop = yn_workshop_make(&p->arena, mem);
    p->told = yn_links_make(mem);
    p->stack = yn_buf_make((size_t)1 << 40, mem);
    p->text = yn_buf_make(most_text, mem);
    out->rule_count = p->model.rule_count;
    if (make_tools(p))
        return YONDER_OK;
    yn_free(mem, p->memo);
    yn_model_free(&p->model);
    return YONDER_NO_MEMORY;
}

void yn_prover_close(yn_prover *p)
{
    yn_asker_free(&p->asker);
    yn_candidates_free(&p->candidates);
    yn_free(p->options->mem, p->memo);
    yn_buf_free(&p->text);
    yn_buf_free(&p->stack);
    yn_links_free(&p->told);
    yn_workshop_free(&p->shop);
    yn_arena_free(&p->arena);
    yn_model_free(&p->model);
}

int yn_prove(yn_proof *out, const yonder_rules *set, const yn_proof_options *options)
{
    yn_prover p;
    int error = yn_prover_open(&p, out, set, options);
    if (error)
        return error;
    prove(&p);
    error = p.failed ? YONDER_NO_MEMORY : YONDER_OK;
    yn_prover_close(&p);
    if (error) {
        yn_proof_free(out);
        return error;
    }
    if (out->findings.len)
        qsort(out->findings.ptr, out->findings.len / sizeof(yn_proof_finding),
              sizeof(yn_proof_finding), compare_findings);
    if (out->undecided.len)
        qsort(out->undecided.ptr, out->undecided.len / sizeof(yn_proof_undecided),
              sizeof(yn_proof_undecided), compare_undecided);
    return YONDER_OK;
}

void yn_proof_free(yn_proof *proof)
{
    yn_buf_free(&proof->findings);
    yn_buf_free(&proof->undecided);
    yn_arena_free(&proof->arena);
}
