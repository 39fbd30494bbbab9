// libpcap, loaded when it is first needed. It brings D-Bus, systemd and libgcrypt along, which take
// longer to load than a small capture to read, and reading files needs none of it.
#include "CPcap.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

// Result, name, parameters and arguments of each function that is called.
#define FUNCTIONS(FUNCTION)                                                                      \
  FUNCTION(int, pcap_activate, (pcap_t * device), (device))                                      \
  FUNCTION(void, pcap_close, (pcap_t * device), (device))                                        \
  FUNCTION(int, pcap_compile,                                                                    \
           (pcap_t * device, struct bpf_program * program, const char *expression, int optimizes, \
            bpf_u_int32 netmask),                                                                \
           (device, program, expression, optimizes, netmask))                                    \
  FUNCTION(pcap_t *, pcap_create, (const char *name, char *message), (name, message))            \
  FUNCTION(int, pcap_datalink, (pcap_t * device), (device))                                      \
  FUNCTION(int, pcap_datalink_name_to_val, (const char *name), (name))                           \
  FUNCTION(const char *, pcap_datalink_val_to_description, (int value), (value))                 \
  FUNCTION(const char *, pcap_datalink_val_to_name, (int value), (value))                        \
  FUNCTION(int, pcap_fileno, (pcap_t * device), (device))                                        \
  FUNCTION(int, pcap_findalldevs, (pcap_if_t * *first, char *message), (first, message))         \
  FUNCTION(void, pcap_free_datalinks, (int *list), (list))                                       \
  FUNCTION(void, pcap_free_tstamp_types, (int *list), (list))                                    \
  FUNCTION(void, pcap_freealldevs, (pcap_if_t * first), (first))                                 \
  FUNCTION(void, pcap_freecode, (struct bpf_program * program), (program))                       \
  FUNCTION(int, pcap_get_selectable_fd, (pcap_t * device), (device))                             \
  FUNCTION(int, pcap_get_tstamp_precision, (pcap_t * device), (device))                          \
  FUNCTION(char *, pcap_geterr, (pcap_t * device), (device))                                     \
  FUNCTION(int, pcap_list_datalinks, (pcap_t * device, int **list), (device, list))              \
  FUNCTION(int, pcap_list_tstamp_types, (pcap_t * device, int **list), (device, list))           \
  FUNCTION(int, pcap_next_ex,                                                                    \
           (pcap_t * device, struct pcap_pkthdr * *header, const u_char **bytes),                \
           (device, header, bytes))                                                              \
  FUNCTION(int, pcap_offline_filter,                                                             \
           (const struct bpf_program *program, const struct pcap_pkthdr *header,                 \
            const u_char *bytes),                                                                \
           (program, header, bytes))                                                             \
  FUNCTION(pcap_t *, pcap_open_dead, (int linktype, int length), (linktype, length))             \
  FUNCTION(int, pcap_set_buffer_size, (pcap_t * device, int bytes), (device, bytes))             \
  FUNCTION(int, pcap_set_datalink, (pcap_t * device, int value), (device, value))                \
  FUNCTION(int, pcap_set_promisc, (pcap_t * device, int is), (device, is))                       \
  FUNCTION(int, pcap_set_snaplen, (pcap_t * device, int length), (device, length))               \
  FUNCTION(int, pcap_set_timeout, (pcap_t * device, int milliseconds), (device, milliseconds))   \
  FUNCTION(int, pcap_set_tstamp_precision, (pcap_t * device, int value), (device, value))        \
  FUNCTION(int, pcap_set_tstamp_type, (pcap_t * device, int value), (device, value))             \
  FUNCTION(int, pcap_setfilter, (pcap_t * device, struct bpf_program * program),                 \
           (device, program))                                                                    \
  FUNCTION(int, pcap_setnonblock, (pcap_t * device, int is, char *message),                      \
           (device, is, message))                                                                \
  FUNCTION(int, pcap_stats, (pcap_t * device, struct pcap_stat * counts), (device, counts))      \
  FUNCTION(const char *, pcap_statustostr, (int status), (status))                               \
  FUNCTION(int, pcap_tstamp_type_name_to_val, (const char *name), (name))                        \
  FUNCTION(const char *, pcap_tstamp_type_val_to_name, (int value), (value))

#define POINTER(result, name, parameters, arguments) result(*name) parameters;
static struct {
  FUNCTIONS(POINTER)
} libpcap;

// The declarations of pcap.h hold these to the types of libpcap.
#define CALL(result, name, parameters, arguments) \
  result name parameters { return libpcap.name arguments; }
FUNCTIONS(CALL)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char problem[256];

static void load(void) {
  // Debian's name for it, and that of others.
  void *library = dlopen("libpcap.so.0.8", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libpcap.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    snprintf(problem, sizeof problem, "%s", reason ? reason : "it cannot be loaded");
    return;
  }
#define FIND(result, name, parameters, arguments)                           \
  *(void **)&libpcap.name = dlsym(library, #name);                          \
  if (!libpcap.name) {                                                      \
    snprintf(problem, sizeof problem, "%s is missing in it, it is too old", #name); \
    return;                                                                 \
  }
  FUNCTIONS(FIND)
}

const char *souptap_load_pcap(void) {
  pthread_once(&once, load);
  return problem[0] ? problem : NULL;
}
