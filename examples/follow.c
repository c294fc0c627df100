// SPDX-License-Identifier: MIT
// How a client of yours may follow redirects: it does the fetching, libyonder does the deciding.
// Here "fetching" looks a response up in a list, so that the program runs anywhere.
//
//   follow [CLIENT]
#include <stdio.h>
#include <string.h>

#include <yonder/redirect.h>

typedef struct canned {
    const char *url;
    int status;
    const char *location;
} canned;

static const canned responses[] = {
    {"http://shop.example/order", 308, "https://shop.example/order"},
    {"https://shop.example/order", 307, "/v2/order"},
    {"https://shop.example/v2/order", 303, "thanks?no=7"},
    {"https://shop.example/v2/thanks?no=7", 200, NULL},
};

static const canned *fetch(const char *url)
{
    for (size_t i = 0; i < sizeof responses / sizeof *responses; i++)
        if (strcmp(responses[i].url, url) == 0)
            return &responses[i];
    return NULL;
}

static int decide(const yonder_client *client, const yonder_request *request, const canned *found,
                  yonder_decision *decision)
{
    yonder_field location = {yonder_text_of("Location"), yonder_text_of(found->location)};
    yonder_response response = {
        .status = found->status, .fields = &location, .field_count = found->location ? 1 : 0};
    int error = yonder_redirect_decide(client, request, &response, NULL, decision);
    if (error)
        fprintf(stderr, "%s\n", yonder_strerror(error));
    return error;
}

static void show(const yonder_decision *decision)
{
    printf("   %s: %s\n", yonder_action_code(decision->action),
           yonder_reason_prose(decision->reason));
    for (size_t i = 0; i < decision->dropped_count; i++)
        printf("%s%s", i ? ", " : "   no longer sent: ", decision->dropped[i]);
    if (decision->dropped_count)
        putchar('\n');
}

// Follows from `url`, which is freed on the way.
static void follow(const yonder_client *client, yonder_url url)
{
    yonder_request request = {.method = yonder_text_of("POST"), .url = &url, .has_body = true};
    const canned *found;
    yonder_decision decision;
    while ((found = fetch(url.href))) {
        printf("%.*s %s%s\n   %d %s\n", (int)request.method.len, request.method.ptr, url.href,
               request.has_body ? " with its body" : "", found->status,
               yonder_status_phrase(found->status));
        if (decide(client, &request, found, &decision))
            break;
        show(&decision);
        bool more = decision.action == YONDER_FOLLOW;
        if (more) {
            yonder_url_free(&url, NULL);
            url = decision.url;
            decision.url = (yonder_url){0};   // it is ours now
            request.method = decision.method; // a view of the one before, or static
            request.has_body = decision.body;
            request.count++;
        }
        yonder_decision_free(&decision, NULL);
        if (!more)
            break;
    }
    yonder_url_free(&url, NULL);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "chrome";
    const yonder_client *client = yonder_client_find(yonder_text_of(name));
    if (!client) {
        fprintf(stderr, "there is no client '%s'; there are:", name);
        for (size_t i = 0; (client = yonder_client_at(i)); i++)
            fprintf(stderr, " %s", yonder_client_name(client));
        fputc('\n', stderr);
        return 2;
    }
    yonder_url url;
    int error = yonder_client_url(client, yonder_text_of(responses[0].url), NULL, &url);
    if (error) {
        fprintf(stderr, "%s\n", yonder_strerror(error));
        return 2;
    }
    follow(client, url);
    return 0;
}
