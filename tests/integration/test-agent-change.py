#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the assistant changes: asked with the difference, done as shown, taken back."""
import os
import re

from world import BANK, Watcher, World, run

REPORT = ('The rent is due on Monday. It will rise in March. Nobody likes that the rent rises. '
          'The landlord wrote a letter about it.\n')
MARCH, APRIL = 1709640000, 1711972800  # 2024-03-05, 2024-04-01, noon UTC


class Asked:
    """`ask` in the background, with somebody who answers."""

    def __init__(self, world):
        self.world = world
        self.watcher = Watcher(world)

    def ask(self, *arguments):
        self.process = self.world.start('ask', *arguments)

    def question(self):
        return self.watcher.question()

    def answer(self, question, answer, *options, check=0):
        done = self.watcher.answer(question, answer, *options)
        assert done.returncode == check, (done.returncode, done.stdout, done.stderr)
        return done

    def end(self, status=0):
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == status, (self.process.returncode, out, err)
        return out + err


def change_of(text):
    found = re.search(r'change `([^`]+)`', text)
    assert found, text
    return found.group(1)


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def tree(folder):
    """Every file below a folder with its content, every folder with None."""
    found = {}
    for where, folders, files in os.walk(folder):
        for name in folders:
            found[os.path.relpath(os.path.join(where, name), folder)] = None
        for name in files:
            path = os.path.join(where, name)
            found[os.path.relpath(path, folder)] = read(path)
    return found


def one_change(question, path):
    changes = question['question']['changes']
    assert [c['path'] for c in changes] == [path], changes
    return changes[0]


def a_summary_is_written_as_shown_and_taken_back():
    with World() as w:
        report = w.file('report.txt', REPORT)
        target = os.path.join(w.documents, 'summary.md')
        person = Asked(w)
        person.ask('-f', report, 'Write the summary of report.txt to ~/Documents/summary.md')
        question = person.question()
        assert question['question']['action'] == 'file.create', question
        assert question['question']['resource']['path'] == target, question
        shown = one_change(question, target)
        assert shown['exists'] is False and '+- The rent is due on Monday.' in shown['diff'], shown
        assert not os.path.exists(target)
        person.answer(question, 'allow')
        out = person.end()
        assert target in out and 'can be undone' in out, out
        text = read(target).decode()
        assert '- The rent is due on Monday.' in text and text.endswith('\n'), text
        assert os.stat(target).st_uid == os.getuid()
        change = change_of(out)
        listed = w.json('undo', 'list')
        changes = listed['changes'] if isinstance(listed, dict) else listed
        assert changes[0]['id'] == change and changes[0]['state'] == 'made', changes
        w.ctl('undo', change, check=0)
        assert not os.path.exists(target)
        kinds = {r['type'] for r in w.records() if r.get('action') == 'file.create'}
        assert {'decision', 'consent', 'outcome'} <= kinds, kinds


def a_summary_takes_the_place_of_a_file():
    with World() as w:
        report = w.file('report.txt', REPORT)
        target = w.file('summary.md', 'old words\n')
        os.chmod(target, 0o640)
        os.setxattr(target, 'user.note', b'mine') if hasattr(os, 'setxattr') else None
        person = Asked(w)
        person.ask('-f', report, 'Write the summary of report.txt to ~/Documents/summary.md')
        question = person.question()
        shown = one_change(question, target)
        assert shown['exists'] and '-old words' in shown['diff'], shown
        person.answer(question, 'allow')
        out = person.end()
        assert 'in place of the file that was there' in out, out
        assert os.stat(target).st_mode & 0o777 == 0o640
        assert os.getxattr(target, 'user.note') == b'mine'
        w.ctl('undo', change_of(out), check=0)
        assert read(target) == b'old words\n'
        assert os.stat(target).st_mode & 0o777 == 0o640


def a_no_with_a_note_changes_nothing():
    with World() as w:
        report = w.file('report.txt', REPORT)
        person = Asked(w)
        person.ask('-f', report, 'Write the summary of report.txt to ~/Documents/summary.md')
        person.answer(person.question(), 'deny', '--note', 'use another name')
        out = person.end(3)
        assert 'use another name' in out and 'Nothing was changed' in out, out
        assert not os.path.exists(os.path.join(w.documents, 'summary.md'))


def an_edit_keeps_the_rest():
    with World() as w:
        before = b'\xef\xbb\xbfmilk\r\nfoo and foo\r\nno end'
        notes = w.file('notes.txt', before)
        os.chmod(notes, 0o600)
        person = Asked(w)
        person.ask('-f', notes, 'Replace “foo” with “bar” everywhere in notes.txt')
        question = person.question()
        shown = one_change(question, notes)
        assert '+bar and bar' in shown['diff'] and '-foo and foo' in shown['diff'], shown
        assert question['question']['action'] == 'file.write', question
        person.answer(question, 'allow')
        out = person.end()
        assert '2 places' in out, out
        assert read(notes) == b'\xef\xbb\xbfmilk\r\nbar and bar\r\nno end'
        assert os.stat(notes).st_mode & 0o777 == 0o600
        w.ctl('undo', change_of(out), check=0)
        assert read(notes) == before


def what_changed_meanwhile_is_left_alone():
    with World() as w:
        notes = w.file('notes.txt', 'foo\n')
        person = Asked(w)
        person.ask('-f', notes, 'Replace “foo” with “bar” in notes.txt')
        question = person.question()
        w.file('notes.txt', 'theirs, and foo\n')
        person.answer(question, 'allow')
        out = person.end(1)
        assert 'changed by someone else' in out and 'Nothing was changed' in out, out
        assert read(notes) == b'theirs, and foo\n'


def work_in_a_shared_folder_is_silent_and_undone():
    with World() as w:
        notes = w.file('notes.txt', 'eggs')
        w.ctl('grants', 'add', w.documents + ':rw', '--for', '1h', check=0)
        out = w.ctl('ask', f'Append “milk” to {notes}', check=0).stdout
        assert read(notes) == b'eggs\nmilk\n', read(notes)
        assert not [r for r in w.records() if r['type'] == 'consent']
        w.ctl('undo', change_of(out), check=0)
        assert read(notes) == b'eggs'
        again = w.ctl('undo', change_of(out))
        assert again.returncode != 0 and read(notes) == b'eggs', again.stdout


def an_undo_leaves_what_changed_since():
    with World() as w:
        notes = w.file('notes.txt', 'eggs\n')
        w.ctl('grants', 'add', w.documents + ':rw', '--for', '1h', check=0)
        out = w.ctl('ask', f'Append “milk” to {notes}', check=0).stdout
        w.file('notes.txt', 'mine\n')
        refused = w.ctl('undo', change_of(out))
        assert refused.returncode != 0, refused.stdout
        assert read(notes) == b'mine\n'


def fill_downloads(w):
    for name, when in (('a.pdf', MARCH), ('b.pdf', APRIL), ('c d.jpg', APRIL), ('.hidden', MARCH),
                       ('film.mkv.part', MARCH), ('e.txt', MARCH)):
        path = w.file(name, name, w.downloads)
        os.utime(path, (when, when))
    w.file('e.txt', 'another', w.folder('home/Downloads/2024-03'))


def downloads_are_tidied_with_one_question_and_one_undo():
    with World() as w:
        fill_downloads(w)
        before = tree(w.downloads)
        person = Asked(w)
        person.ask('-f', w.downloads, 'Tidy my downloads into folders by month')
        question = person.question()
        changes = question['question']['changes']
        assert [c['op'] for c in changes] == ['mkdir'] + 3 * ['rename'], changes
        assert tree(w.downloads) == before
        person.answer(question, 'allow')
        out = person.end()
        assert '3 files' in out and '| 2024-04 (new) | 2 |' in out and '2024-03/e.txt' in out, out
        after = tree(w.downloads)
        assert after == {'2024-03': None, '2024-03/e.txt': b'another', '2024-03/a.pdf': b'a.pdf',
                         '2024-04': None, '2024-04/b.pdf': b'b.pdf', '2024-04/c d.jpg': b'c d.jpg',
                         '.hidden': b'.hidden', 'film.mkv.part': b'film.mkv.part',
                         'e.txt': b'e.txt'}, after
        assert os.stat(os.path.join(w.downloads, '2024-03', 'a.pdf')).st_mtime == MARCH
        w.ctl('undo', change_of(out), check=0)
        assert tree(w.downloads) == before, tree(w.downloads)


def what_one_transaction_does_not_take_is_said():
    with World() as w:
        for number in range(700):
            path = w.file(f'{"n" * 200}{number}.pdf', str(number), w.downloads)
            os.utime(path, (MARCH + number * 3600, MARCH + number * 3600))
        before = tree(w.downloads)
        person = Asked(w)
        person.ask('-f', w.downloads, 'Tidy my downloads into folders by month')
        question = person.question()
        moved = [c for c in question['question']['changes'] if c['op'] == 'rename']
        assert 300 < len(moved) < 700, len(moved)
        person.answer(question, 'allow')
        out = person.end()
        assert f'{700 - len(moved)} more are left: ask again' in out, out
        left = [n for n in os.listdir(w.downloads) if n.endswith('.pdf')]
        assert len(left) == 700 - len(moved), len(left)
        w.ctl('undo', change_of(out), check=0)
        assert tree(w.downloads) == before


def downloads_stay_as_they_are():
    with World() as w:
        fill_downloads(w)
        before = tree(w.downloads)
        person = Asked(w)
        person.ask('-f', w.downloads, 'Tidy my downloads into folders by type')
        person.answer(person.question(), 'deny')
        person.end(3)
        assert tree(w.downloads) == before
        # nobody there, and nobody to be asked
        w.ctl('ask', '--mode', 'deny', '-f', w.downloads, 'Tidy my downloads by type', check=3)
        assert tree(w.downloads) == before


def a_deletion_is_confirmed_and_fetched_back():
    with World() as w:
        old = w.file('old.txt', 'old\n')
        person = Asked(w)
        person.ask('-f', old, 'Delete old.txt')
        question = person.question()
        assert question['tier'] == 3 and question['question']['action'] == 'file.delete', question
        done = person.watcher.answer(question, 'allow')
        assert done.returncode != 0 and os.path.exists(old), done.stdout
        person.answer(question, 'allow', '--confirm', 'old.txt')
        out = person.end()
        assert not os.path.exists(old)
        w.ctl('undo', change_of(out), check=0)
        assert read(old) == b'old\n'


def files_are_moved_and_renamed():
    with World() as w:
        w.ctl('grants', 'add', w.work + ':rw', '--for', '1h', check=0)
        w.file('a.txt', 'a', w.work)
        w.file('b c.txt', 'b', w.work)
        out = w.ctl('ask', 'Move a.txt and "b c.txt" to Archive', check=0).stdout
        assert tree(w.work) == {'Archive': None, 'Archive/a.txt': b'a', 'Archive/b c.txt': b'b'}
        w.ctl('undo', change_of(out), check=0)
        assert tree(w.work) == {'a.txt': b'a', 'b c.txt': b'b'}
        w.ctl('ask', 'Rename a.txt to d.txt', check=0)
        taken = w.ctl('ask', 'Rename d.txt to “b c.txt”', check=1)
        assert 'Nothing was changed' in taken.stdout + taken.stderr, taken.stderr
        w.ctl('ask', 'Make a folder New in ' + w.work, check=0)
        w.ctl('ask', 'Create a file todo.md with “Buy milk”', check=0)
        assert tree(w.work) == {'d.txt': b'a', 'b c.txt': b'b', 'New': None,
                                'todo.md': b'Buy milk\n'}, tree(w.work)


def figures_are_saved_as_a_table():
    with World() as w:
        bank = w.file('bank.csv', BANK)
        w.ctl('grants', 'add', w.documents + ':rw', '--for', '1h', check=0)
        out = w.ctl('ask', '-f', bank, 'Summarise Amount by month in bank.csv and save it to '
                    '~/Documents/months.csv', check=0).stdout
        lines = read(os.path.join(w.documents, 'months.csv')).decode().splitlines()
        assert lines[0].startswith('Date,Rows,Total'), lines
        assert lines[1].startswith('2026-01,2,80.25'), lines
        assert '80.25' in out and 'months.csv' in out, out


def what_runs_by_itself_is_closed():
    with World() as w:
        rc = w.file('.bashrc', 'old\n', w.home)
        w.ctl('grants', 'add', w.home + ':rw', '--for', '1h')
        done = w.ctl('ask', '-f', rc, 'Append “evil” to ~/.bashrc', check=3)
        assert 'Nothing was changed' in done.stdout + done.stderr, done.stderr
        w.ctl('ask', 'Create a file ~/.config/autostart/x.desktop with “x”', check=3)
        assert read(rc) == b'old\n'
        assert not os.path.exists(os.path.join(w.home, '.config', 'autostart'))


run([a_summary_is_written_as_shown_and_taken_back, a_summary_takes_the_place_of_a_file,
     a_no_with_a_note_changes_nothing, an_edit_keeps_the_rest, what_changed_meanwhile_is_left_alone,
     work_in_a_shared_folder_is_silent_and_undone, an_undo_leaves_what_changed_since,
     downloads_are_tidied_with_one_question_and_one_undo,
     what_one_transaction_does_not_take_is_said, downloads_stay_as_they_are,
     a_deletion_is_confirmed_and_fetched_back, files_are_moved_and_renamed,
     figures_are_saved_as_a_table, what_runs_by_itself_is_closed])
