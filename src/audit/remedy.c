// SPDX-License-Identifier: MIT
// The lines, as templates: HOST, OTHER and VALUE in braces stand for what the finding is about.
// tests/audit/remedies.sh has each read by the server it is for.
#include "audit/remedy.h"

#include "base/text.h"

static const struct {
    const char *code, *prose, *by;
} fixes[] = {
#define FIX_ROW(id, code, prose, by) {code, prose, by},
    YN_FIXES(FIX_ROW)
#undef FIX_ROW
};

static const struct {
    const char *name, *title;
} servers[] = {
#define SERVER_ROW(id, name, title, field) {name, title},
    YN_SERVERS(SERVER_ROW)
#undef SERVER_ROW
};

const char *yn_fix_code(yn_fix fix)
{
    return fixes[fix].code;
}

const char *yn_fix_prose(yn_fix fix)
{
    return fixes[fix].prose;
}

const char *yn_fix_by(yn_fix fix)
{
    return fixes[fix].by;
}

const char *yn_server_name(yn_server server)
{
    return servers[server].name;
}

const char *yn_server_title(yn_server server)
{
    return servers[server].title;
}

#define STS "Strict-Transport-Security"

// clang-format off
static const char *const lines[][YN_SERVER_COUNT] = {
    [YN_FIX_REDIRECT] = {
        [YN_SERVER_NGINX] =
            "server {\n"
            "    listen 80;\n"
            "    listen [::]:80;\n"
            "    server_name {HOST};\n"
            "    return 308 https://{HOST}$request_uri;\n"
            "}\n",
        [YN_SERVER_APACHE] =
            "<VirtualHost *:80>\n"
            "    ServerName {HOST}\n"
            "    Redirect 308 \"/\" \"https://{HOST}/\"\n"
            "</VirtualHost>\n",
        [YN_SERVER_CADDY] =
            "http://{HOST} {\n"
            "    redir https://{HOST}{uri} 308\n"
            "}\n",
        [YN_SERVER_HAPROXY] =
            "# in the frontend that binds port 80\n"
            "http-request redirect scheme https code 308 if { hdr(host),field(1,:) -i {HOST} } !{ ssl_fc }\n",
        [YN_SERVER_H2O] =
            "# under hosts:\n"
            "  \"{HOST}:80\":\n"
            "    listen:\n"
            "      port: 80\n"
            "    paths:\n"
            "      \"/\":\n"
            "        redirect:\n"
            "          status: 308\n"
            "          url: \"https://{HOST}/\"\n",
        [YN_SERVER_YONDER] =
            "[{HOST}]\n"
            "https permanent\n",
    },
    [YN_FIX_HSTS] = {
        [YN_SERVER_NGINX] =
            "# in the server block that listens on 443, and again in each location of it that has an\n"
            "# add_header of its own; without \"always\" errors go without it\n"
            "add_header " STS " \"{VALUE}\" always;\n",
        [YN_SERVER_APACHE] =
            "# in the VirtualHost of port 443, with mod_headers; without \"always\" errors go without it\n"
            "Header always set " STS " \"{VALUE}\"\n",
        [YN_SERVER_CADDY] =
            "# in the block of {HOST}\n"
            "header " STS " \"{VALUE}\"\n",
        [YN_SERVER_HAPROXY] =
            "# in the frontend that binds port 443; answers of HAProxy's own have it as well\n"
            "http-after-response set-header " STS " \"{VALUE}\" if { ssl_fc }\n",
        [YN_SERVER_H2O] =
            "# under \"{HOST}:443\":\n"
            "    header.set: \"" STS ": {VALUE}\"\n",
        [YN_SERVER_YONDER] =
            "[{HOST}]\n"
            "hsts {WORDS}\n",
    },
    [YN_FIX_HSTS_ONCE] = {
        [YN_SERVER_NGINX] =
            "# in the server block that listens on 443: the one behind does not send it as well\n"
            "proxy_hide_header " STS ";\n"
            "add_header " STS " \"{VALUE}\" always;\n",
        [YN_SERVER_APACHE] =
            "# in the VirtualHost of port 443: what comes from behind is in a table of its own\n"
            "Header onsuccess unset " STS "\n"
            "Header always set " STS " \"{VALUE}\"\n",
        [YN_SERVER_CADDY] =
            "# in the block of {HOST}; \">\" waits for what comes from behind, and goes in its place\n"
            "header >" STS " \"{VALUE}\"\n",
        [YN_SERVER_HAPROXY] =
            "# in the frontend that binds port 443: set-header takes the place of what is there\n"
            "http-after-response set-header " STS " \"{VALUE}\" if { ssl_fc }\n",
        [YN_SERVER_H2O] =
            "# under \"{HOST}:443\": header.set takes the place of what is there\n"
            "    header.set: \"" STS ": {VALUE}\"\n",
        [YN_SERVER_YONDER] =
            "[{HOST}]\n"
            "hsts {WORDS}\n",
    },
    [YN_FIX_CANONICAL] = {
        [YN_SERVER_NGINX] =
            "server {\n"
            "    listen 80;\n"
            "    listen [::]:80;\n"
            "    server_name {HOST};\n"
            "    return 308 https://{HOST}$request_uri;\n"
            "}\n"
            "# and in the server block of {HOST} that listens on 443, beside its add_header lines\n"
            "location / {\n"
            "    return 308 https://{OTHER}$request_uri;\n"
            "}\n",
        [YN_SERVER_APACHE] =
            "<VirtualHost *:80>\n"
            "    ServerName {HOST}\n"
            "    Redirect 308 \"/\" \"https://{HOST}/\"\n"
            "</VirtualHost>\n"
            "# and in the VirtualHost of {HOST} at port 443\n"
            "Redirect 308 \"/\" \"https://{OTHER}/\"\n",
        [YN_SERVER_CADDY] =
            "http://{HOST} {\n"
            "    redir https://{HOST}{uri} 308\n"
            "}\n"
            "https://{HOST} {\n"
            "    redir https://{OTHER}{uri} 308\n"
            "}\n",
        [YN_SERVER_HAPROXY] =
            "# in the frontends, in this order\n"
            "http-request redirect scheme https code 308 if { hdr(host),field(1,:) -i {HOST} } !{ ssl_fc }\n"
            "http-request redirect prefix https://{OTHER} code 308 if { hdr(host),field(1,:) -i {HOST} }\n",
        [YN_SERVER_H2O] =
            "# under hosts:\n"
            "  \"{HOST}:80\":\n"
            "    listen:\n"
            "      port: 80\n"
            "    paths:\n"
            "      \"/\":\n"
            "        redirect:\n"
            "          status: 308\n"
            "          url: \"https://{HOST}/\"\n"
            "# and under \"{HOST}:443\":\n"
            "    paths:\n"
            "      \"/\":\n"
            "        redirect:\n"
            "          status: 308\n"
            "          url: \"https://{OTHER}/\"\n",
        [YN_SERVER_YONDER] =
            "[{HOST} {OTHER}]\n"
            "https permanent\n"
            "canonical {OTHER}\n",
    },
    [YN_FIX_CERTIFICATE] = {0},
};
// clang-format on

/* ---- filling in --------------------------------------------------------------------------------
 */

// Nothing that a configuration could read as its own.
static bool is_plain_host(yonder_text host)
{
    for (size_t i = 0; i < host.len; i++) {
        unsigned char c = (unsigned char)host.ptr[i];
        if (!yn_is_alpha(c) && !yn_is_digit(c) && c != '.' && c != '-' && c != '_')
            return false;
    }
    return host.len > 0;
}

static bool is_plain_value(yonder_text value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if (!yn_is_alpha(c) && !yn_is_digit(c) && !strchr(" =;-", c))
            return false;
    }
    return value.len > 0;
}

static void put_words(yn_buf *out, yonder_text value)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] != ';')
            yn_buf_char(out, value.ptr[i]);
}

static bool needs(const char *template, const char *name)
{
    return strstr(template, name) != NULL;
}

bool yn_remedy_write(yn_buf *out, yn_fix fix, yn_server server, const yn_remedy_place *place)
{
    const char *t = (size_t)fix < sizeof lines / sizeof *lines ? lines[fix][server] : NULL;
    if (!t || (needs(t, "{HOST}") && !is_plain_host(place->host)) ||
        (needs(t, "{OTHER}") && !is_plain_host(place->other)) ||
        ((needs(t, "{VALUE}") || needs(t, "{WORDS}")) && !is_plain_value(place->value)))
        return false;
    static const char *const names[] = {"{HOST}", "{OTHER}", "{VALUE}", "{WORDS}"};
    const yonder_text values[] = {place->host, place->other, place->value};
    while (*t) {
        size_t i = 0;
        while (i < 4 && strncmp(t, names[i], strlen(names[i])) != 0)
            i++;
        if (i < 3)
            yn_buf_put(out, values[i]);
        else if (i == 3)
            put_words(out, place->value);
        else
            yn_buf_char(out, *t);
        t += i < 4 ? strlen(names[i]) : 1;
    }
    return true;
}
