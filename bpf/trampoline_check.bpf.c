/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Tells whether the kernel takes programs that need a BPF trampoline; some hardened kernels refuse every one
 * of them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

SEC("fentry/ip_rcv")
int BPF_PROG(trampoline_check)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
