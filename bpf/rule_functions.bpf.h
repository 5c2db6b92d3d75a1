/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Programs around ipt_do_table and nft_do_chain. Each function has a pair on BPF trampolines (fentry, fexit)
 * and a pair on kprobes (kprobe, kretprobe). User space loads one pair for each function that the kernel has.
 * The including file says which packets are followed (call_of) and what to do with a call that returned
 * (returned).
 *
 * How a return finds its call. A followed packet stays in softirq on one CPU from its arrival until it
 * leaves. Softirq does not migrate, and neither other softirqs nor tasks preempt it. (PREEMPT_RT breaks this,
 * for the stage probe too.) So while a followed packet's call is open, other calls of the function on this
 * CPU come from within that call: a REJECT sends a packet, which goes through the chains of OUTPUT. They
 * return before the followed packet's call does. Counting them up and down therefore shows which return is
 * the followed packet's.
 *
 * Tasks may migrate between entry and return. They run on this CPU only while no followed call is open, and
 * then nothing is counted. The thread id does not identify a call: softirq runs under any thread that it
 * interrupted. fexit could read its packet and kretprobe cannot, so both use the count.
 */
#pragma once

#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "kernel_types.bpf.h"
#include "rule_functions.h"

/* If the kernel has nf_tables and x_tables as modules, these are in the modules' BTF. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct nf_hook_state {
	__u8 hook;
	__u8 pf;
};

struct nft_pktinfo {
	struct sk_buff *skb;
	const struct nf_hook_state *state;
};

struct nft_table {
	__u16 family : 6;
	char *name;
};

struct nft_chain {
	struct nft_table *table;
	char *name;
};

struct xt_table {
	char name[32];
};

#pragma clang attribute pop

/* The slot for an open call of this function on this CPU, and whether the followed packet makes this call. */
static __always_inline struct rule_call *call_of(enum rule_function function, __u64 skb, int *is_followed);

/* A followed packet's call returned. */
static __always_inline void returned(const struct rule_call *call, __u64 now_ns);

/* A followed packet's call began, but the return of the call before it was not seen. */
static __always_inline void unpaired(void);

struct rule_globals globals;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, RULE_KEYS);
	__type(key, struct rule_key);
	__type(value, __u32);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, RULE_KEYS);
	__type(key, __u32);
	__type(value, struct rule_chain);
} chains SEC(".maps");

/* A module's types are missing until it is loaded. Until then nothing calls its functions. */
static __always_inline void read_names(struct rule_chain *chain)
{
	if (chain->key.function == IPT_DO_TABLE && bpf_core_type_exists(struct xt_table)) {
		struct xt_table *table = (struct xt_table *)chain->key.object;

		bpf_core_read_str(chain->table, sizeof(chain->table), &table->name);
		chain->table_family = 0;
		chain->chain[0] = 0;
	} else if (chain->key.function == NFT_DO_CHAIN && bpf_core_type_exists(struct nft_chain)) {
		struct nft_chain *base = (struct nft_chain *)chain->key.object;
		struct nft_table *table = BPF_CORE_READ(base, table);

		chain->table_family = BPF_CORE_READ_BITFIELD_PROBED(table, family);
		bpf_probe_read_kernel_str(chain->table, sizeof(chain->table), BPF_CORE_READ(table, name));
		bpf_probe_read_kernel_str(chain->chain, sizeof(chain->chain), BPF_CORE_READ(base, name));
	}
}

/* The number of a called table or chain, from 0; RULE_KEYS or more if no number is left. The first call also
 * reads its names. */
static __always_inline __u32 number_of(const struct rule_key *key)
{
	__u32 *known = bpf_map_lookup_elem(&numbers, key);
	struct rule_chain *chain;
	__u32 number;

	if (known)
		return *known;
	number = __sync_fetch_and_add(&globals.chains, 1);
	chain = bpf_map_lookup_elem(&chains, &number);
	if (!chain)
		return RULE_KEYS;
	chain->key = *key;
	read_names(chain);
	if (!bpf_map_update_elem(&numbers, key, &number, BPF_NOEXIST))
		return number;
	/* Another CPU was faster. This number stays unused. */
	known = bpf_map_lookup_elem(&numbers, key);
	return known ? *known : RULE_KEYS;
}

static __always_inline void enter(enum rule_function function, void *object, const struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	int is_followed = 0;
	struct rule_call *call = call_of(function, (__u64)skb, &is_followed);

	if (!call)
		return;
	if (!is_followed) {
		if (call->began_ns)
			call->nested++;
		return;
	}
	if (call->began_ns)
		unpaired();
	call->nested = 0;
	call->key.object = (__u64)object;
	call->key.function = function;
	/* hook was an unsigned int before Linux 5.14. */
	call->key.hook = BPF_CORE_READ_BITFIELD_PROBED(state, hook);
	call->key.family = BPF_CORE_READ(state, pf);
	call->began_ns = bpf_ktime_get_ns();
}

static __always_inline void leave(enum rule_function function)
{
	__u64 now_ns = bpf_ktime_get_ns();
	int is_followed = 0;
	struct rule_call *call = call_of(function, 0, &is_followed);

	if (!call || !call->began_ns)
		return;
	if (call->nested) {
		call->nested--;
		return;
	}
	returned(call, now_ns);
	call->began_ns = 0;
}

static __always_inline void enter_ipt(__u64 first, __u64 second, __u64 third)
{
	if (globals.is_table_first)
		enter(IPT_DO_TABLE, (void *)first, (void *)second, (void *)third);
	else
		enter(IPT_DO_TABLE, (void *)third, (void *)first, (void *)second);
}

SEC("fentry/ipt_do_table")
int fentry_ipt_do_table(__u64 *ctx)
{
	enter_ipt(ctx[0], ctx[1], ctx[2]);
	return 0;
}

SEC("fexit/ipt_do_table")
int fexit_ipt_do_table(__u64 *ctx)
{
	leave(IPT_DO_TABLE);
	return 0;
}

SEC("fentry/nft_do_chain")
int BPF_PROG(fentry_nft_do_chain, struct nft_pktinfo *packet, void *chain)
{
	enter(NFT_DO_CHAIN, chain, BPF_CORE_READ(packet, skb), BPF_CORE_READ(packet, state));
	return 0;
}

SEC("fexit/nft_do_chain")
int fexit_nft_do_chain(__u64 *ctx)
{
	leave(NFT_DO_CHAIN);
	return 0;
}

SEC("kprobe/ipt_do_table")
int BPF_KPROBE(kprobe_ipt_do_table, __u64 first, __u64 second, __u64 third)
{
	enter_ipt(first, second, third);
	return 0;
}

SEC("kretprobe/ipt_do_table")
int kretprobe_ipt_do_table(struct pt_regs *ctx)
{
	leave(IPT_DO_TABLE);
	return 0;
}

SEC("kprobe/nft_do_chain")
int BPF_KPROBE(kprobe_nft_do_chain, struct nft_pktinfo *packet, void *chain)
{
	enter(NFT_DO_CHAIN, chain, BPF_CORE_READ(packet, skb), BPF_CORE_READ(packet, state));
	return 0;
}

SEC("kretprobe/nft_do_chain")
int kretprobe_nft_do_chain(struct pt_regs *ctx)
{
	leave(NFT_DO_CHAIN);
	return 0;
}
