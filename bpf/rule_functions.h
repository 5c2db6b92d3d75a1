/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What the function probe and the function trace share with user space: which function was called for which
 * table or chain. RuleFunctionsLayout.cs is the other side. User space compares both by the object's BTF when
 * it loads the object.
 */
#pragma once

/* The kernel's functions that evaluate rules. A number never gets a second meaning. */
enum rule_function {
	IPT_DO_TABLE, /* a table of iptables-legacy, at one hook */
	NFT_DO_CHAIN, /* a base chain of nf_tables, with the chains that it jumps to */
	RULE_FUNCTION_COUNT,
};

/* What was called. The hook is part of it: the kernel calls the same table at several hooks. */
struct rule_key {
	unsigned long long
	    object; /* address of the struct xt_table, or of the base chain's struct nft_chain */
	unsigned int function;
	unsigned short hook;   /* enum nf_inet_hooks, or the family's enum */
	unsigned short family; /* NFPROTO_… of the hook */
};

/* Most tables and chains on a packet's way; nodes of clusters have about ten. User space checks it by the
 * size of the maps numbers and chains. */
#define RULE_KEYS 32

#define RULE_NAME 64

/* Names of RULE_NAME bytes and more are cut. */
struct rule_chain {
	struct rule_key key;
	unsigned int table_family; /* NFPROTO_… of an nf_tables table */
	unsigned int unused;
	char table[RULE_NAME];
	char chain[RULE_NAME]; /* empty for iptables-legacy */
};

/* A call that did not return yet. */
struct rule_call {
	struct rule_key key;
	unsigned long long began_ns; /* 0 if no call is open */
	unsigned long long nested;   /* open calls for other packets within it */
};

struct rule_globals {
	unsigned int chains;	     /* numbers in use */
	unsigned int is_table_first; /* whether ipt_do_table's first argument is the table (since Linux 5.16)
					or its last */
};
