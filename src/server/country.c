// SPDX-License-Identifier: MIT
#include "server/country.h"

#include <maxminddb.h>
#include <stdlib.h>

#include "base/log.h"

struct yn_country_db {
    MMDB_s file;
};

yn_country_db *yn_country_open(const char *path)
{
    yn_country_db *db = malloc(sizeof *db);
    int error = db ? MMDB_open(path, MMDB_MODE_MMAP, &db->file) : MMDB_OUT_OF_MEMORY_ERROR;
    if (error == MMDB_SUCCESS)
        return db;
    yn_log(YN_LOG_ERROR, "cannot read %s: %s", path, MMDB_strerror(error));
    free(db);
    return NULL;
}

void yn_country_close(yn_country_db *db)
{
    if (!db)
        return;
    MMDB_close(&db->file);
    free(db);
}

// Files of countries and of cities have the code in the same place; what is registered there comes
// second (a satellite provider, say).
static yonder_text code_of(MMDB_lookup_result_s *found)
{
    static const char *const places[] = {"country", "registered_country"};
    for (size_t i = 0; found->found_entry && i < 2; i++) {
        MMDB_entry_data_s data;
        if (MMDB_get_value(&found->entry, &data, places[i], "iso_code", NULL) == MMDB_SUCCESS &&
            data.has_data && data.type == MMDB_DATA_TYPE_UTF8_STRING && data.data_size == 2)
            return (yonder_text){data.utf8_string, 2};
    }
    return (yonder_text){NULL, 0};
}

yonder_text yn_country_of(const yn_country_db *db, const struct sockaddr *address)
{
    int error = 0;
    MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&db->file, address, &error);
    return error ? (yonder_text){NULL, 0} : code_of(&found);
}

yonder_text yn_country_of_text(const yn_country_db *db, const char *address)
{
    int not_an_address = 0, error = 0;
    MMDB_lookup_result_s found = MMDB_lookup_string(&db->file, address, &not_an_address, &error);
    return not_an_address || error ? (yonder_text){NULL, 0} : code_of(&found);
}
