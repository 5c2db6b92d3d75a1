/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What the function probe and the function trace share with user space: which function was called for what.
 * libs/Plumbline.Probing/Functions/RuleFunctionsLayout.cs is the other side; both are compared through the
 * object's BTF when it is loaded.
 */
#pragma once

/* The kernel's functions that evaluate rules. Numbers are never given a second meaning. */
enum rule_function {
	IPT_DO_TABLE, /* a table of iptables-legacy at one hook */
	NFT_DO_CHAIN, /* a base chain of nf_tables, with all chains that it jumps to */
	RULE_FUNCTION_COUNT,
};

/* What is called: the kernel calls the same table at several hooks. */
struct rule_key {
	unsigned long long
	    object; /* address of the struct xt_table or of the base chain's struct nft_chain */
	unsigned int function;
	unsigned short hook;   /* enum nf_inet_hooks, or that of the family */
	unsigned short family; /* NFPROTO_… of the hook */
};

/* Of one packet's way there are so many at most; nodes of clusters have about ten. */
#define RULE_KEYS 32

#define RULE_NAME 64

/* Longer names are cut. */
struct rule_chain {
	struct rule_key key;
	unsigned int table_family; /* NFPROTO_… of an nf_tables table */
	unsigned int unused;
	char table[RULE_NAME];
	char chain[RULE_NAME]; /* empty for a table of iptables-legacy */
};

/* A call that has not returned. */
struct rule_call {
	struct rule_key key;
	unsigned long long began_ns; /* 0 when there is none */
	unsigned long long nested;   /* calls for other packets within it that have not returned */
};

struct rule_globals {
	unsigned int chains;	     /* numbers given out */
	unsigned int is_table_first; /* whether ipt_do_table's first argument is the table (since Linux 5.16)
					or its last */
};
