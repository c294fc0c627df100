// SPDX-License-Identifier: MIT
#include "directory/joint.h"

#include <pthread.h>

#include "audit/visit.h"
#include "base/mem.h"
#include "base/text.h"

enum {
    joinable_ms = 5000, // who comes later may have mended what it has seen
};

struct yn_joint {
    yn_joints *home;
    yn_joint *next; // while it is under way
    const yn_collector *collector;
    yn_arena arena; // of whoever collects, until it is done
    yonder_text domain;
    yn_audit audit;
    double begun;
    int error;
    bool done;
    size_t holders;
};

struct yn_joints {
    pthread_mutex_t mutex;
    pthread_cond_t done;
    yn_joint *under_way;
};

yn_joints *yn_joints_new(void)
{
    yn_joints *joints = yn_alloc(NULL, sizeof *joints);
    if (!joints)
        return NULL;
    joints->under_way = NULL;
    (void)pthread_mutex_init(&joints->mutex, NULL);
    (void)pthread_cond_init(&joints->done, NULL);
    return joints;
}

void yn_joints_free(yn_joints *joints)
{
    if (!joints)
        return;
    (void)pthread_cond_destroy(&joints->done);
    (void)pthread_mutex_destroy(&joints->mutex);
    yn_free(NULL, joints);
}

static yn_joint *find(const yn_joints *joints, const yn_collector *collector, yonder_text domain)
{
    yn_joint *joint = joints->under_way;
    double since = yn_visit_now_ms() - joinable_ms;
    while (joint && (joint->collector != collector || joint->begun < since ||
                     !yn_equal(joint->domain, domain)))
        joint = joint->next;
    return joint;
}

// Puts a new one among those under way.
static yn_joint *begin(yn_joints *joints, const yn_collector *collector, yonder_text domain)
{
    yn_joint *joint = yn_alloc(NULL, sizeof *joint);
    if (!joint)
        return NULL;
    *joint = (yn_joint){.home = joints,
                        .collector = collector,
                        .arena = yn_arena_make(NULL),
                        .begun = yn_visit_now_ms()};
    joint->domain = yn_arena_text(&joint->arena, domain);
    if (!joint->domain.ptr) {
        yn_arena_free(&joint->arena);
        yn_free(NULL, joint);
        return NULL;
    }
    joint->next = joints->under_way;
    joints->under_way = joint;
    return joint;
}

static int collect(yn_joint *joint, const atomic_bool *stop)
{
    yn_collect_target target;
    int error = yn_collect_target_make(joint->collector, joint->domain, &joint->arena, &target);
    return error ? error
                 : yn_collect(joint->collector, &target, &joint->arena, stop, &joint->audit);
}

static void finish(yn_joints *joints, yn_joint *joint)
{
    yn_joint **at = &joints->under_way;
    while (*at != joint)
        at = &(*at)->next;
    *at = joint->next;
    joint->done = true;
    (void)pthread_cond_broadcast(&joints->done);
}

int yn_joint_look(yn_joints *joints, const yn_collector *collector, yonder_text domain,
                  const atomic_bool *stop, yn_joint **out)
{
    (void)pthread_mutex_lock(&joints->mutex);
    yn_joint *joint = find(joints, collector, domain);
    bool own = !joint;
    if (own)
        joint = begin(joints, collector, domain);
    if (joint)
        joint->holders++;
    if (joint && own) {
        (void)pthread_mutex_unlock(&joints->mutex);
        joint->error = collect(joint, stop);
        (void)pthread_mutex_lock(&joints->mutex);
        finish(joints, joint);
    }
    while (joint && !joint->done)
        (void)pthread_cond_wait(&joints->done, &joints->mutex);
    (void)pthread_mutex_unlock(&joints->mutex);
    int error = joint ? joint->error : YONDER_NO_MEMORY;
    if (error)
        yn_joint_end(joint);
    else
        *out = joint;
    return error;
}

bool yn_joint_is_under_way(yn_joints *joints, const yn_collector *collector, yonder_text domain)
{
    (void)pthread_mutex_lock(&joints->mutex);
    bool found = find(joints, collector, domain) != NULL;
    (void)pthread_mutex_unlock(&joints->mutex);
    return found;
}

const yn_audit *yn_joint_audit(const yn_joint *joint)
{
    return &joint->audit;
}

void yn_joint_end(yn_joint *joint)
{
    if (!joint)
        return;
    yn_joints *joints = joint->home;
    (void)pthread_mutex_lock(&joints->mutex);
    bool last = --joint->holders == 0;
    (void)pthread_mutex_unlock(&joints->mutex);
    if (!last)
        return;
    yn_arena_free(&joint->arena);
    yn_free(NULL, joint);
}
