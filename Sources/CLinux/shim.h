#ifndef SOUPTAP_CLINUX_SHIM_H
#define SOUPTAP_CLINUX_SHIM_H

/* System calls that cannot be called from Swift: variadic ones, those that headers show only with
   _GNU_SOURCE, and those whose arguments are made by macros. */

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

extern int setns(int descriptor, int kind);
extern int setresuid(uid_t real, uid_t effective, uid_t saved);
extern int setresgid(gid_t real, gid_t effective, gid_t saved);

/* Moves the calling thread into the network namespace that a descriptor stands for. */
static inline int souptap_enter_network(int descriptor) {
  return setns(descriptor, 0x40000000 /* CLONE_NEWNET */);
}

/* A copy of this process, for a process that has no other thread. */
static inline pid_t souptap_fork(void) { return fork(); }

/* Sends this process a signal when its parent is gone. */
static inline int souptap_end_with_parent(void) {
  return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

/* The name that process lists show, at most 15 bytes. */
static inline int souptap_set_name(const char *name) {
  return prctl(PR_SET_NAME, name, 0, 0, 0);
}

extern void *mremap(void *memory, size_t bytes, size_t larger, int flags, ...);

/* Makes a mapping larger, where it is or elsewhere; MAP_FAILED when there is no room. */
static inline void *souptap_remap(void *memory, size_t bytes, size_t larger) {
  return mremap(memory, bytes, larger, 1 /* MREMAP_MAYMOVE */);
}

/* Gives back the memory in which the program's own code lies: what is run again comes back from the
   page cache, and what only starting needed does not. */
static inline void souptap_give_back_code(void) {
  extern char __executable_start[], etext[];
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t start = ((uintptr_t)__executable_start + page - 1) & ~(page - 1);
  uintptr_t end = (uintptr_t)etext & ~(page - 1);
  if (end > start) madvise((void *)start, end - start, MADV_DONTNEED);
}

/* Takes a capability out of what programs started from here could ever have. */
static inline int souptap_drop_bounding_capability(int capability) {
  return prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}

static inline int souptap_clear_ambient_capabilities(void) {
  return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

/* Nothing that is started from here gains rights by it. */
static inline int souptap_set_no_new_privileges(void) {
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static inline int souptap_has_no_new_privileges(void) {
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static inline int souptap_set_user(uid_t user) { return setresuid(user, user, user); }

static inline int souptap_set_group(gid_t group) { return setresgid(group, group, group); }

/* Keeps of the thread's capabilities those in a mask of bits, none inheritable. */
static inline int souptap_keep_capabilities(uint64_t mask) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  memset(data, 0, sizeof data);
  for (int word = 0; word < 2; word++) {
    uint32_t bits = (uint32_t)(mask >> (32 * word));
    data[word].effective = bits;
    data[word].permitted = bits;
  }
  return (int)syscall(SYS_capset, &header, data);
}

/* The thread's capabilities: permitted, effective and inheritable ones together; all on failure. */
static inline uint64_t souptap_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  memset(data, 0, sizeof data);
  if (syscall(SYS_capget, &header, data) != 0) return UINT64_MAX;
  uint64_t low = data[0].effective | data[0].permitted | data[0].inheritable;
  uint64_t high = data[1].effective | data[1].permitted | data[1].inheritable;
  return high << 32 | low;
}

/* A descriptor that is readable while one of two others is; -1 on failure. */
static inline int souptap_either_readable(int first, int second) {
  int both = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event;
  memset(&event, 0, sizeof event);
  event.events = EPOLLIN;
  if (both < 0 || epoll_ctl(both, EPOLL_CTL_ADD, first, &event) != 0
      || epoll_ctl(both, EPOLL_CTL_ADD, second, &event) != 0)
    return -1;
  return both;
}

/* Sends a number, and a descriptor with it unless that is negative. */
static inline int souptap_send_descriptor(int channel, int descriptor, int32_t number) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec part = {&number, sizeof number};
  struct msghdr message;
  memset(&message, 0, sizeof message);
  memset(&control, 0, sizeof control);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  ssize_t count;
  do count = sendmsg(channel, &message, MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  return count == sizeof number ? 0 : -1;
}

/* Receives what was sent so; the descriptor, or -1. The number is -1 when nothing came. */
static inline int souptap_receive_descriptor(int channel, int32_t *number) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  int32_t value = -1;
  struct iovec part = {&value, sizeof value};
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  ssize_t count;
  do count = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  *number = count == sizeof value ? value : -1;
  int descriptor = -1;
  struct cmsghdr *header = count > 0 ? CMSG_FIRSTHDR(&message) : 0;
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return descriptor;
}

#endif
