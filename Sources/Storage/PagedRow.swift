/// Numbered values of any kind that stay where they are: a row that grows by pages, so that growth
/// copies nothing and touches no memory but that of the new values.
@safe public struct PagedRow<Element>: ~Copyable {
  @usableFromInline static var pageShift: Int { 4 }

  @usableFromInline var pages: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
  @usableFromInline var pageRoom = 16
  /// How many values there are.
  public private(set) var count = 0

  public init() {
    unsafe pages = .allocate(capacity: 16)
  }

  deinit {
    for index in 0..<count {
      unsafe (pages[index >> Self.pageShift] + (index & (1 << Self.pageShift - 1)))
        .deinitialize(count: 1)
    }
    for page in 0..<((count + 1 << Self.pageShift - 1) >> Self.pageShift) {
      unsafe pages[page].deallocate()
    }
    unsafe pages.deallocate()
  }

  /// The value with this number.
  @inlinable
  public subscript(index: Int) -> Element {
    unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return unsafe UnsafePointer(
        pages[index >> Self.pageShift] + (index & (1 << Self.pageShift - 1)))
    }
    unsafeMutableAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return unsafe pages[index >> Self.pageShift] + (index & (1 << Self.pageShift - 1))
    }
  }

  /// Adds a value behind the others.
  public mutating func append(_ value: consuming Element) {
    let page = count >> Self.pageShift
    let place = count & (1 << Self.pageShift - 1)
    if place == 0 {
      if page == pageRoom { enlarge() }
      unsafe (pages + page).initialize(to: .allocate(capacity: 1 << Self.pageShift))
    }
    unsafe (pages[page] + place).initialize(to: value)
    count += 1
  }

  private mutating func enlarge() {
    let larger = UnsafeMutablePointer<UnsafeMutablePointer<Element>>.allocate(
      capacity: pageRoom * 2)
    unsafe larger.moveInitialize(from: pages, count: pageRoom)
    unsafe pages.deallocate()
    unsafe pages = larger
    pageRoom *= 2
  }
}
