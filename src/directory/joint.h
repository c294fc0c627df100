// SPDX-License-Identifier: MIT
// Looks at domains that several ask for at the same time, within seconds: each domain is asked
// once, for all of them. Nothing is remembered: a look that has ended is over, and who asks after
// it has the domain asked anew, since it may have been mended. Wishes that change a state do not
// join: what they go by is younger than they are.
#ifndef YN_DIRECTORY_JOINT_H
#define YN_DIRECTORY_JOINT_H

#include "audit/collect.h"

typedef struct yn_joints yn_joints;
typedef struct yn_joint yn_joint;

/** For any number of threads. @return NULL where memory is out */
yn_joints *yn_joints_new(void);
/** No look is under way or held any more. NULL is left alone. */
void yn_joints_free(yn_joints *joints);

/** Collects the evidence, or waits for who does so already by the same collector; `stop` as in
 *  yn_collect(). @return YONDER_OK with `*out` set, to be given to yn_joint_end(); YONDER_NO_MEMORY
 */
int yn_joint_look(yn_joints *joints, const yn_collector *collector, yonder_text domain,
                  const atomic_bool *stop, yn_joint **out);
/** Whether a look now would join one. */
bool yn_joint_is_under_way(yn_joints *joints, const yn_collector *collector, yonder_text domain);
/** Shared, as long as the look is held. */
const yn_audit *yn_joint_audit(const yn_joint *joint);
void yn_joint_end(yn_joint *joint); /**< NULL is left alone */

#endif
