/*
 * The floor of a round trip: the least a program can do to send a SYN and learn from the kernel when it left
 * and when its answer arrived. The bench `round-trip` compiles it and compares rtt-probe with it.
 *
 *   round_trip_floor DEVICE SOURCE DESTINATION PORT CPU WARMUP PROBES
 *
 * One SYN after the other, each from a source port of its own. Standard output has a line for each answered
 * probe after the warm-up: nanoseconds from the kernel's transmit stamp to its receive stamp, and from the
 * clock read before sending to the receive stamp. Standard error has the medians. The caller must keep the
 * kernel from answering the answers.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/errqueue.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define NS_PER_S       INT64_C(1000000000)
#define NS_PER_US      1e3
#define PATIENCE_NS    INT64_C(100000000)
#define FIRST_PORT     1024
#define MOST_PROBES    (65536 - FIRST_PORT)
#define TIME_TO_LIVE   64
#define WINDOW	       64240
#define HEADER_WORDS   5
#define LARGEST_ANSWER 128
#define CONTROL_ROOM   256
#define SOFTWARE_STAMP 0 /* place of the software stamp in struct scm_timestamping */
#define NO_NUMBER      UINT32_MAX
#define PAST_ARGUMENTS 8

struct packet {
	struct iphdr ip;
	struct tcphdr tcp;
};

struct message {
	struct msghdr header;
	struct iovec vector;
	uint8_t bytes[LARGEST_ANSWER];
	_Alignas(struct cmsghdr) uint8_t control[CONTROL_ROOM];
};

static void die(const char *what)
{
	fprintf(stderr, "round_trip_floor: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t ns_of(struct timespec time)
{
	return time.tv_sec * NS_PER_S + time.tv_nsec;
}

/* By the wall clock, because the kernel's stamps are. */
static int64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return ns_of(now);
}

static long number(const char *text, const char *name, long least, long most)
{
	char *end;
	long value = strtol(text, &end, 10);
	if (end == text || *end || value < least || value > most) {
		fprintf(stderr, "round_trip_floor: %s: '%s' is not a number of %ld to %ld\n", name, text,
			least, most);
		exit(2);
	}
	return value;
}

static uint32_t address(const char *text, const char *name)
{
	struct in_addr parsed;
	if (inet_pton(AF_INET, text, &parsed) != 1) {
		fprintf(stderr, "round_trip_floor: %s: '%s' is not an IPv4 address\n", name, text);
		exit(2);
	}
	return parsed.s_addr;
}

static void set(int socket, int level, int option, int value, const char *what)
{
	if (setsockopt(socket, level, option, &value, sizeof(value)))
		die(what);
}

static int open_sender(void)
{
	int sender = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);

	if (sender < 0)
		die("open a raw socket");
	/* OPT_ID numbers the packets from 0; OPT_TSONLY spares the copy of each packet that would come with
	 * its stamp. */
	set(sender, SOL_SOCKET, SO_TIMESTAMPING,
	    SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID |
		SOF_TIMESTAMPING_OPT_TSONLY,
	    "set SO_TIMESTAMPING for sending");
	return sender;
}

static int open_receiver(const char *device)
{
	int receiver = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	struct sockaddr_ll from = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP)};

	if (receiver < 0)
		die("open an AF_PACKET socket");
	from.sll_ifindex = if_nametoindex(device);
	if (!from.sll_ifindex)
		die(device);
	set(receiver, SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE,
	    "set SO_TIMESTAMPING for receiving");
	set(receiver, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, "set PACKET_IGNORE_OUTGOING");
	/* Opened without a protocol, so it receives nothing before this. */
	if (bind(receiver, (struct sockaddr *)&from, sizeof(from)))
		die("bind to the device");
	return receiver;
}

static void write_syn(struct packet *packet, uint32_t source, uint32_t destination, uint16_t to_port,
		      int probe)
{
	memset(packet, 0, sizeof(*packet));
	packet->ip.version = IPVERSION;
	packet->ip.ihl = HEADER_WORDS;
	packet->ip.ttl = TIME_TO_LIVE;
	packet->ip.protocol = IPPROTO_TCP;
	packet->ip.saddr = source;
	packet->ip.daddr = destination;
	packet->tcp.source = htons(FIRST_PORT + probe);
	packet->tcp.dest = htons(to_port);
	packet->tcp.seq = htonl(probe);
	packet->tcp.doff = HEADER_WORDS;
	packet->tcp.syn = 1;
	packet->tcp.window = htons(WINDOW);

	/*
	 * The kernel fills in the IP header's length and checksum, but not TCP's. That covers the addresses,
	 * which end the IP header, and all that follows, beside protocol and length (RFC 9293, 3.1).
	 */
	const uint8_t *bytes = (const uint8_t *)packet;
	uint32_t sum = IPPROTO_TCP + sizeof(packet->tcp);
	for (size_t i = offsetof(struct packet, ip.saddr); i < sizeof(*packet); i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	packet->tcp.check = htons((uint16_t)~sum);
}

/* Receives one message without waiting. Returns its length, or -1 when there is none. */
static ssize_t receive(int socket, int flags, struct message *message)
{
	message->vector = (struct iovec){message->bytes, sizeof(message->bytes)};
	message->header = (struct msghdr){
	    .msg_iov = &message->vector,
	    .msg_iovlen = 1,
	    .msg_control = message->control,
	    .msg_controllen = sizeof(message->control),
	};
	ssize_t length = recvmsg(socket, &message->header, flags);
	if (length < 0 && errno != EAGAIN && errno != EINTR)
		die("receive");
	return length;
}

/* The kernel's stamp of the message, or 0. Also the number of a sent packet. */
static int64_t stamp_of(struct message *message, uint32_t *packet_number)
{
	int64_t ns = 0;
	*packet_number = NO_NUMBER;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message->header); c; c = CMSG_NXTHDR(&message->header, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPING) {
			struct scm_timestamping stamps;
			memcpy(&stamps, CMSG_DATA(c), sizeof(stamps));
			ns = ns_of(stamps.ts[SOFTWARE_STAMP]);
		} else if (c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR) {
			struct sock_extended_err error;
			memcpy(&error, CMSG_DATA(c), sizeof(error));
			*packet_number = error.ee_data;
		}
	}
	return ns;
}

/* Spins until the answer arrives. Returns its time of arrival, or 0 after the timeout. */
static int64_t wait_for_answer(int receiver, const struct packet *probe, int64_t deadline)
{
	struct message message;
	struct packet answer;
	uint32_t unused;
	do {
		if (receive(receiver, 0, &message) < (ssize_t)sizeof(answer))
			continue;
		memcpy(&answer, message.bytes, sizeof(answer));
		if (answer.ip.protocol == IPPROTO_TCP && answer.ip.saddr == probe->ip.daddr &&
		    answer.tcp.dest == probe->tcp.source)
			return stamp_of(&message, &unused);
	} while (now_ns() < deadline);
	return 0;
}

/* Spins until the device's stamp of this packet arrives. Returns it, or 0 after the timeout. */
static int64_t wait_for_stamp(int sender, uint32_t packet_number, int64_t deadline)
{
	struct message message;
	do {
		if (receive(sender, MSG_ERRQUEUE | MSG_DONTWAIT, &message) < 0)
			continue;
		uint32_t stamped;
		int64_t ns = stamp_of(&message, &stamped);
		if (stamped == packet_number)
			return ns;
	} while (now_ns() < deadline);
	return 0;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

int main(int count, char **arguments)
{
	if (count != PAST_ARGUMENTS) {
		fprintf(stderr, "usage: round_trip_floor DEVICE SOURCE DESTINATION PORT CPU WARMUP PROBES\n");
		return 2;
	}
	uint32_t source = address(arguments[2], "SOURCE");
	uint32_t destination = address(arguments[3], "DESTINATION");
	uint16_t port = number(arguments[4], "PORT", 1, UINT16_MAX);
	int warmup = number(arguments[6], "WARMUP", 0, MOST_PROBES - 1);
	int probes = number(arguments[7], "PROBES", 1, MOST_PROBES - warmup);
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = destination};

	cpu_set_t cpus;
	CPU_ZERO(&cpus);
	CPU_SET(number(arguments[5], "CPU", 0, CPU_SETSIZE - 1), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		die("stay on the CPU");

	int sender = open_sender();
	int receiver = open_receiver(arguments[1]);
	int64_t *kernel_ns = calloc(probes, sizeof(*kernel_ns));
	int64_t *from_send_ns = calloc(probes, sizeof(*from_send_ns));
	if (!kernel_ns || !from_send_ns)
		die("allocate memory");

	int answered = 0;
	for (int probe = 0; probe < warmup + probes; probe++) {
		struct packet packet;
		write_syn(&packet, source, destination, port, probe);
		int64_t before = now_ns();
		if (sendto(sender, &packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
			die("send");
		int64_t arrived = wait_for_answer(receiver, &packet, before + PATIENCE_NS);
		int64_t left = wait_for_stamp(sender, probe, before + PATIENCE_NS);
		if (probe < warmup || !arrived || !left)
			continue;
		kernel_ns[answered] = arrived - left;
		from_send_ns[answered] = arrived - before;
		answered++;
	}

	if (!answered) {
		fprintf(stderr, "round_trip_floor: none of %d probes was answered and stamped\n", probes);
		return 1;
	}
	for (int i = 0; i < answered; i++)
		printf("%" PRId64 " %" PRId64 "\n", kernel_ns[i], from_send_ns[i]);
	qsort(kernel_ns, answered, sizeof(*kernel_ns), compare);
	qsort(from_send_ns, answered, sizeof(*from_send_ns), compare);
	fprintf(stderr, "%d of %d answered; p50 kernel to kernel %.2f us, before send to kernel %.2f us\n",
		answered, probes, kernel_ns[answered / 2] / NS_PER_US,
		from_send_ns[answered / 2] / NS_PER_US);
	return 0;
}
