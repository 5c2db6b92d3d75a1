/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * A program that does nothing, for bench/. The time that the kernel accounts to it is the cost of the
 * accounting itself. The bench subtracts that from the time of the probes' programs.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

SEC("tp_btf/netif_receive_skb")
int BPF_PROG(accounting_floor)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
