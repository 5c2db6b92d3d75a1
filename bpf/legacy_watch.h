/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What the watch of legacy tables shares with user space. LegacyTableWatch.cs is the other side. User space
 * compares both by the object's BTF when it loads the object.
 */
#pragma once

#define WATCHED_NAMESPACES 4

struct legacy_watch {
	unsigned int netns[WATCHED_NAMESPACES]; /* inode numbers; user space writes them before a trial */
	unsigned long long replaced;
};
