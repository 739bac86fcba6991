/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ids of all specialisation constants, once. Ids are per kernel and count up from 0, which is
 * always the workgroup's size in x; sizes in y and z are 1.
 */
#ifndef PZ_SPEC_H
#define PZ_SPEC_H

#define PZ_SPEC_LOCAL_X 0

/* unary */
#define PZ_SPEC_UNARY_ACT 1
#define PZ_SPEC_UNARY_N 2 /* number of constants */

/* Long rows of groups are folded: group number = y * PZ_FOLD + x, with at most PZ_FOLD groups in x.
 * 2^15, because devices need not take more than 65535 groups along one axis. */
#define PZ_FOLD 32768

#endif
