internal import Records

/// The field of a drawing that plots share: where the axes lie, with their marks and names.
struct PlotFrame {
  var left = 64.0
  var right = 944.0
  var top = 12.0
  var bottom: Double
  /// The width of every drawing, in its own units; it is as wide as the page has room.
  static let width = 960.0

  /// Creates a field of a height between its axes.
  init(height: Double) { bottom = 12 + height }

  /// The height of the drawing with the names of the marks.
  var height: Double { bottom + 28 }

  /// Writes marks and names of a horizontal axis at the bottom.
  func writeHorizontal(_ ticks: [PlotTick], to page: HTMLWriter) {
    var grid = PathData()
    for tick in ticks where !tick.label.isEmpty {
      grid.move(tick.position, top)
      grid.line(tick.position, bottom)
    }
    page.path("grid", grid)
    writeHorizontalNames(ticks, to: page)
  }

  /// Writes the names alone, beneath the bottom.
  func writeHorizontalNames(_ ticks: [PlotTick], to page: HTMLWriter) {
    for tick in ticks where !tick.label.isEmpty {
      // A name at the end of the axis is moved into the drawing; digits are some 7 units wide.
      let half = 3.6 * Double(tick.label.count)
      let x = max(half, min(tick.position, Self.width - half))
      write(tick.label, x: x, y: bottom + 18, anchor: "middle", to: page)
    }
  }

  /// Writes marks and names of a vertical axis at the left.
  func writeVertical(_ ticks: [PlotTick], to page: HTMLWriter) {
    var grid = PathData()
    var marks = PathData()
    for tick in ticks {
      if tick.label.isEmpty {
        marks.move(left - 4, tick.position)
        marks.line(left, tick.position)
      } else {
        grid.move(left, tick.position)
        grid.line(right, tick.position)
      }
    }
    page.path("grid", grid)
    page.path("axis", marks)
    for tick in ticks where !tick.label.isEmpty {
      write(tick.label, x: left - 8, y: tick.position + 4, anchor: "end", to: page)
    }
  }

  /// Writes the lines at the left and at the bottom.
  func writeAxes(to page: HTMLWriter) {
    var axes = PathData()
    axes.move(left, top)
    axes.line(left, bottom)
    axes.line(right, bottom)
    page.path("axis", axes)
  }

  private func write(
    _ label: String, x: Double, y: Double, anchor: String, to page: HTMLWriter
  ) {
    page.element(
      "text",
      ["x": String(coordinate: x), "y": String(coordinate: y), "text-anchor": anchor], label)
  }
}

extension HTMLWriter {
  /// Writes a drawing with a title and a description for those who do not see it.
  func drawing(
    _ id: String, width: Double = PlotFrame.width, height: Double, title: String,
    description: String, _ content: () -> Void
  ) {
    element(
      "svg",
      [
        "viewBox": "0 0 \(String(coordinate: width)) \(String(coordinate: height))",
        "role": "img", "aria-labelledby": "\(id)-title \(id)-desc",
      ]
    ) {
      element("title", ["id": "\(id)-title"], title)
      element("desc", ["id": "\(id)-desc"], description)
      markup("\n")
      content()
    }
    markup("\n")
  }

  /// Writes the name of a type at the left of its row; which way its requests travel only where that
  /// is not the usual one.
  func label(_ name: ReportCell, _ direction: Direction?, x: Double, y: Double) {
    element(
      "text",
      ["x": String(coordinate: x), "y": String(coordinate: y), "text-anchor": "end"]
    ) {
      element("tspan", ["class": "name"]) { text(shown: name.text) }
      if direction == .serverToClient { element("tspan", ["class": "way"], " → client") }
    }
  }

  /// Writes an entry of a legend: a small drawing with what it stands for.
  func legend(_ words: String, _ draw: () -> Void) {
    element("li") {
      element("svg", ["viewBox": "0 0 16 16", "aria-hidden": "true"]) { draw() }
      text(words)
    }
  }
}
